import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { ResourceHandle } from '../../model/event.js';
import type { ContainerFacts, DockerHandle } from '../../ports/docker.js';
import type { Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { alreadyGone, dockerHandleFrom } from '../../ports/docker.js';
import { ask, orderMs, uncancelled } from './client.js';
import { nonceLabel, runLabel } from './create.js';
import { findContainer, inspectOne, labelsOf } from './inspect.js';
import { fail, isAbsent, refusal } from './problems.js';

const goneMs = 10_000;
const pollMs = 100;
const appearsMs = 2_000;

const shortId = ({ type, id }: DockerHandle): string =>
  type === 'volume' || id === null ? '' : ` (${id.slice(0, 12)})`;
const named = (handle: DockerHandle): string => `${handle.type} ${handle.name}${shortId(handle)}`;

interface Found {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly container?: ContainerFacts;
}

/** By full id; in an intent, and a volume always, by exact name. */
async function find(processes: Processes, handle: DockerHandle): Promise<Result<Found | null, Problem>> {
  const { type, host, name, id } = handle;
  if (type === 'container') {
    const facts = await findContainer({ processes, host }, id ?? name, uncancelled());
    if (!facts.ok || facts.value === null) return facts.ok ? ok(null) : facts;
    return ok({ id: facts.value.id, labels: facts.value.labels, container: facts.value });
  }
  const object = await inspectOne(
    { processes, host },
    type,
    type === 'volume' ? name : (id ?? name),
    uncancelled(),
  );
  if (!object.ok || object.value === null) return object.ok ? ok(null) : object;
  const { Id, Name } = object.value;
  const exact = type === 'volume' ? Name === name : Id === id || (id === null && Name === name);
  if (!exact) return ok(null);
  return ok({
    id: type === 'network' && typeof Id === 'string' ? Id : name,
    labels: labelsOf(object.value, type),
  });
}

/** What a runner had asked for when it was killed may be made a moment later: an intent is looked for more than once. */
async function findPatiently(
  processes: Processes,
  handle: DockerHandle,
): Promise<Result<Found | null, Problem>> {
  const until = performance.now() + (handle.id === null ? appearsMs : 0);
  for (;;) {
    const found = await find(processes, handle);
    if (!found.ok || found.value !== null || performance.now() > until) return found;
    await sleep(appearsMs / 5);
  }
}

/** See `Docker.destroy`. */
export async function destroy(processes: Processes, given: ResourceHandle): Promise<Result<string, Problem>> {
  const handle = dockerHandleFrom(given);
  if (handle === null) return fail('BAD_HANDLE', 'the ledger names no network, volume or container here');
  const found = await findPatiently(processes, handle);
  if (!found.ok) return found;
  if (found.value === null) return absent(processes, handle);
  const { labels } = found.value;
  if (labels[nonceLabel] !== handle.nonce || labels[runLabel] !== handle.run) {
    if (handle.id === null)
      return ok(
        `${named(handle)} was never made by this run: what bears the name is another's and is left alone`,
      );
    return fail('NOT_OURS', `${named(handle)} does not bear this run's label; it is left alone`);
  }
  const volumes = anonymousOf(handle, found.value);
  const gone = await remove(processes, { ...handle, id: found.value.id });
  if (!gone.ok) return gone;
  return withVolumes(processes, handle, volumes, `no ${named({ ...handle, id: found.value.id })}`);
}

/** Nothing is there. What had been made has been removed by another hand, and the record says so. */
async function absent(processes: Processes, handle: DockerHandle): Promise<Result<string, Problem>> {
  if (handle.id === null) return ok(`no ${named(handle)} was ever made`);
  const proof = `${named(handle)} ${alreadyGone}: something else than this run removed it`;
  return withVolumes(processes, handle, anonymousOf(handle, null), proof);
}

/** As the ledger has them; where the runner died before it could write them down, as the engine names such ones. */
function anonymousOf(handle: DockerHandle, found: Found | null): readonly string[] {
  const recorded = handle.volumes?.split(',') ?? [];
  const mounted = (found?.container?.mounts ?? [])
    .filter(({ type, from }) => type === 'volume' && handle.id === null && /^[0-9a-f]{64}$/.test(from))
    .map(({ from }) => from);
  return [...new Set([...recorded, ...mounted])];
}

async function remove(processes: Processes, handle: DockerHandle): Promise<Result<null, Problem>> {
  const { type, host, name, id } = handle;
  const flags = type === 'container' ? ['--force', '--volumes'] : [];
  const exact = type === 'volume' ? name : (id ?? name);
  const ended = await ask({ processes, host }, [type, 'rm', ...flags, '--', exact], uncancelled(), {
    patienceMs: orderMs,
  });
  if (!ended.ok) return ended;
  const { exitCode, stderr } = ended.value;
  const until = performance.now() + goneMs;
  // One that is being removed already is gone in a moment.
  const pending =
    exitCode === 0 || isAbsent(stderr) || /removal of container .* is already in progress/.test(stderr);
  for (;;) {
    const again = await find(processes, handle);
    if (!again.ok) return again;
    if (again.value === null) return ok(null);
    if (!pending) return err(refusal(host, `${named(handle)} is still there`, stderr));
    if (performance.now() > until) return fail('STILL_THERE', `${named(handle)} is still there`);
    await sleep(pollMs);
  }
}

/** Volumes without a name of their own go with their container. */
async function withVolumes(
  processes: Processes,
  { host }: DockerHandle,
  volumes: readonly string[],
  proof: string,
): Promise<Result<string, Problem>> {
  for (const name of volumes) {
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const there = await inspectOne({ processes, host }, 'volume', name, uncancelled());
    if (!there.ok) return there;
    if (there.value === null) continue;
    const ended = await ask({ processes, host }, ['volume', 'rm', '--', name], uncancelled(), {
      patienceMs: orderMs,
    });
    if (!ended.ok) return ended;
    const after = await inspectOne({ processes, host }, 'volume', name, uncancelled());
    if (!after.ok) return after;
    if (after.value !== null)
      return err(refusal(host, `its volume ${name.slice(0, 12)} is still there`, ended.value.stderr));
  }
  const count = volumes.length;
  return ok(count === 0 ? proof : `${proof}, nor ${count === 1 ? 'its volume' : `its ${count} volumes`}`);
}
