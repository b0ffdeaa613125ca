import { by } from '../../base/order.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { CallLimits, ContainerFacts, ImageFacts } from '../../ports/docker.js';
import type { Problem } from '../../text/problem.js';
import type { Client } from './client.js';
import { ask } from './client.js';
import { fail, isAbsent, refusal } from './problems.js';

type JsonMap = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const map = (value: unknown): JsonMap => (isMap(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

type ObjectType = 'container' | 'network' | 'volume' | 'image';

/** `docker TYPE inspect`: the objects that the engine has under these names, each as it prints it. */
export async function inspect(
  client: Client,
  type: ObjectType,
  names: readonly string[],
  limits: CallLimits,
): Promise<Result<{ readonly found: readonly JsonMap[]; readonly whole: boolean }, Problem>> {
  const ended = await ask(client, [type, 'inspect', '--', ...names], limits);
  if (!ended.ok) return ended;
  const { exitCode, stdout, stderr } = ended.value;
  if (exitCode !== 0 && !isAbsent(stderr)) return err(refusal(client.host, `docker ${type} inspect`, stderr));
  try {
    const parsed: unknown = JSON.parse(stdout);
    if (Array.isArray(parsed) && parsed.every(isMap)) return ok({ found: parsed, whole: exitCode === 0 });
  } catch {
    // Told below.
  }
  return fail('DOCKER_FAILED', `docker ${type} inspect answered something that is not its JSON`);
}

/** One object, or null where there is none. */
export async function inspectOne(
  client: Client,
  type: ObjectType,
  name: string,
  limits: CallLimits,
): Promise<Result<JsonMap | null, Problem>> {
  const answer = await inspect(client, type, [name], limits);
  return answer.ok ? ok(answer.value.found[0] ?? null) : answer;
}

export function labelsOf(
  object: JsonMap,
  type: 'container' | 'network' | 'volume',
): Readonly<Record<string, string>> {
  const labels = map(type === 'container' ? map(object['Config'])['Labels'] : object['Labels']);
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, text(value)]));
}

/** Bindings that are there and those that were asked for: a stopped container still has the latter. */
function portsOf(object: JsonMap): ContainerFacts['ports'] {
  const live = map(map(object['NetworkSettings'])['Ports']);
  const asked = map(map(object['HostConfig'])['PortBindings']);
  const ports = [...new Set([...Object.keys(live), ...Object.keys(asked)])].flatMap((port) => {
    const bound = list(live[port]);
    return (bound.length > 0 ? bound : list(asked[port])).map((binding) => ({
      port,
      hostIp: text(map(binding)['HostIp']),
      hostPort: text(map(binding)['HostPort']),
    }));
  });
  return ports.sort(by((p) => `${p.port} ${p.hostIp} ${p.hostPort}`));
}

/** A tmpfs stands in the settings only. */
function mountsOf(object: JsonMap): ContainerFacts['mounts'] {
  const mounts = list(object['Mounts']).map((mount) => {
    const { Type, Name, Source, Destination, RW } = map(mount);
    const type = text(Type);
    return {
      type,
      from: type === 'volume' ? text(Name) : text(Source),
      to: text(Destination),
      readOnly: RW !== true,
    };
  });
  const known = new Set(mounts.map((mount) => mount.to));
  const inMemory = Object.entries(map(map(object['HostConfig'])['Tmpfs']))
    .filter(([to]) => !known.has(to))
    .map(([to, options]) => ({
      type: 'tmpfs',
      from: '',
      to,
      readOnly: text(options).split(',').includes('ro'),
    }));
  return [...mounts, ...inMemory].sort(by((m) => m.to));
}

export function containerFacts(object: JsonMap): ContainerFacts {
  const state = map(object['State']);
  return {
    id: text(object['Id']),
    name: text(object['Name']).replace(/^\//, ''),
    startedAt: text(state['StartedAt']),
    status: text(state['Status']),
    running: state['Running'] === true,
    exitCode: count(state['ExitCode']),
    image: text(object['Image']),
    labels: labelsOf(object, 'container'),
    ports: portsOf(object),
    mounts: mountsOf(object),
    networks: Object.entries(map(map(object['NetworkSettings'])['Networks']))
      .map(([name, network]) => ({ name, address: text(map(network)['IPAddress']) }))
      .sort(by((n) => n.name)),
    privileged: map(object['HostConfig'])['Privileged'] !== false,
    restartCount: count(object['RestartCount']),
  };
}

/** By exact name or full id: the engine itself would also take the beginning of an id. */
export async function findContainer(
  client: Client,
  nameOrId: string,
  limits: CallLimits,
): Promise<Result<ContainerFacts | null, Problem>> {
  const object = await inspectOne(client, 'container', nameOrId, limits);
  if (!object.ok || object.value === null) return object.ok ? ok(null) : object;
  const facts = containerFacts(object.value);
  return ok(facts.id === nameOrId || facts.name === nameOrId ? facts : null);
}

const attempts = 5;
const mostContainers = 500;

/** Running or not. One that goes away between the two questions makes them be asked again. */
export async function findLabelled(
  client: Client,
  label: string,
  limits: CallLimits,
): Promise<Result<readonly ContainerFacts[], Problem>> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const args = ['container', 'ls', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`];
    const listed = await ask(client, args, limits);
    if (!listed.ok) return listed;
    if (listed.value.exitCode !== 0)
      return err(refusal(client.host, 'docker container ls', listed.value.stderr));
    const ids = listed.value.stdout.split('\n').filter((id) => id !== '');
    if (ids.length === 0) return ok([]);
    if (ids.length > mostContainers)
      return fail('DOCKER_FAILED', `more than ${mostContainers} containers bear the label ${label}`);
    const answer = await inspect(client, 'container', ids, limits);
    if (!answer.ok) return answer;
    if (answer.value.whole) return ok(answer.value.found.map(containerFacts).sort(by((c) => c.name)));
  }
  return fail('DOCKER_FAILED', `the containers with the label ${label} change too fast to be listed`);
}

export async function findImage(
  client: Client,
  reference: string,
  limits: CallLimits,
): Promise<Result<ImageFacts | null, Problem>> {
  const object = await inspectOne(client, 'image', reference, limits);
  if (!object.ok || object.value === null) return object.ok ? ok(null) : object;
  return ok({
    id: text(object.value['Id']),
    digests: list(object.value['RepoDigests']).map(text).sort(),
  });
}
