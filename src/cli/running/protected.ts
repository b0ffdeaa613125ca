import { join } from 'node:path';
import type { Binding } from '../../model/binding.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Execution } from '../../execute/context.js';
import { ledgerFor } from '../../execute/state/ledger.js';
import { protectedNames, standInFolder } from '../../execute/scope/protected.js';
import type { Problem } from '../../text/problem.js';

const standInMs = 60_000;

/** A rehearsal leaves the operator's files and containers alone: what it calls protected it makes for itself. */
export async function protectedStandIns(
  execution: Execution,
  binding: Binding,
): Promise<Result<null, Problem>> {
  if (execution.facts.mode !== 'rehearsal') return ok(null);
  const names = protectedNames(execution);
  if (!names.ok) return names;
  const files = await makeFiles(execution, names.value.files);
  if (!files.ok) return files;
  // Without a container engine there is nothing to make them with: their gate is skipped there, or fails.
  const image = Object.values(binding.targets).find((target) => target.image !== undefined)?.image;
  return image === undefined ? ok(null) : makeContainers(execution, names.value.containers, image);
}

async function makeFiles(
  { facts, world }: Execution,
  files: readonly { readonly path: string; readonly at: string }[],
): Promise<Result<null, Problem>> {
  if (files.length === 0) return ok(null);
  const folder = await world.files.ensureFolder(join(facts.work, standInFolder), facts.work);
  if (!folder.ok) return folder;
  for (const { path, at } of files) {
    const staged = await world.files.stageFile(at, world.files.nonce(), `STAND-IN of ${path}\n`);
    if (!staged.ok) return staged;
    const published = await world.files.publish(staged.value);
    if (!published.ok) return published;
  }
  return ok(null);
}

/** Of the throwaway servers' image; without a network, and idle. */
async function makeContainers(
  { facts, world, recorder, cancellation }: Execution,
  containers: readonly { readonly name: string; readonly at: string }[],
  image: string,
): Promise<Result<null, Problem>> {
  const ledger = ledgerFor(recorder, null);
  const limits = { timeoutMs: standInMs, signal: cancellation.signal };
  for (const { name, at } of containers) {
    const intent = world.docker.intend('container', at, facts.id);
    const entry = { kind: 'docker.stand-in', name, durability: 'ephemeral', handle: intent } as const;
    const resource = await ledger.intend(entry);
    const spec = { image, network: 'none', argv: ['sleep', 'infinity'] };
    const made = await world.docker.createContainer(intent, spec, limits);
    if (!made.ok) return made;
    await ledger.created(resource, made.value);
    const started = await world.docker.start(made.value, limits);
    if (!started.ok) return started;
  }
  return ok(null);
}
