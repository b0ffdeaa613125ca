import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { CallLimits, ContainerSpec, DockerHandle } from '../../ports/docker.js';
import type { Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { ask, orderMs, uncancelled } from './client.js';
import { checkEnv } from './env.js';
import { findContainer, findImage, inspectOne, labelsOf } from './inspect.js';
import { fail, isTaken, refusal } from './problems.js';

export const runLabel = 'gatebook.run';
export const nonceLabel = 'gatebook.nonce';

const labels = ({ run, nonce }: DockerHandle): readonly string[] => [
  '--label',
  `${runLabel}=${run}`,
  '--label',
  `${nonceLabel}=${nonce}`,
];

const taken = ({ type, name }: DockerHandle): Result<never, Problem> =>
  fail(
    'RESOURCE_EXISTS',
    `a ${type} called ${name} exists already and is not this run's; it is left as it is`,
    `choose another name, or find out whose it is: docker ${type} inspect ${name}`,
  );

/** Less than what a cancelled action is waited for. */
const lateMs = 8_000;

/**
 * An engine goes on making what it was asked for when who asked has left. So a cancellation waits for its answer,
 * which takes a moment, and what was made is known by its id.
 */
function late(signal: AbortSignal): { readonly fires: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(() => controller.abort(), lateMs);
  };
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', wait, { once: true });
  return {
    fires: controller.signal,
    dispose: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wait);
    },
  };
}

async function made(
  processes: Processes,
  intent: DockerHandle,
  order: { readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> },
  limits: CallLimits,
): Promise<Result<string, Problem>> {
  const { args, env = {} } = order;
  const signal = late(limits.signal);
  const ended = await ask(
    { processes, host: intent.host },
    args,
    { timeoutMs: orderMs, signal: signal.fires },
    { env, patienceMs: orderMs },
  );
  signal.dispose();
  if (!ended.ok) return ended;
  const { exitCode, stdout, stderr } = ended.value;
  if (exitCode === 0) return ok(stdout.trim());
  if (isTaken(stderr)) return taken(intent);
  return err(refusal(intent.host, `docker ${args.slice(0, 2).join(' ')}`, stderr));
}

const isId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export async function createNetwork(
  processes: Processes,
  intent: DockerHandle,
  { internal }: { readonly internal: boolean },
  limits: CallLimits,
): Promise<Result<DockerHandle, Problem>> {
  const flags = internal ? ['--internal'] : [];
  const args = ['network', 'create', '--driver', 'bridge', ...flags, ...labels(intent), '--', intent.name];
  const id = await made(processes, intent, { args }, limits);
  if (!id.ok) return id;
  return isId(id.value)
    ? ok({ ...intent, id: id.value })
    : fail('DOCKER_FAILED', 'the engine named no network');
}

/** The engine hands out an existing volume as if it were new: whose it is, its label says. */
export async function createVolume(
  processes: Processes,
  intent: DockerHandle,
  limits: CallLimits,
): Promise<Result<DockerHandle, Problem>> {
  const before = await inspectOne({ processes, host: intent.host }, 'volume', intent.name, limits);
  if (!before.ok) return before;
  if (before.value !== null) return taken(intent);
  const args = ['volume', 'create', '--driver', 'local', ...labels(intent), '--', intent.name];
  const name = await made(processes, intent, { args }, limits);
  if (!name.ok) return name;
  const after = await inspectOne({ processes, host: intent.host }, 'volume', intent.name, uncancelled());
  if (!after.ok) return after;
  if (after.value === null || labelsOf(after.value, 'volume')[nonceLabel] !== intent.nonce)
    return taken(intent);
  return ok({ ...intent, id: intent.name });
}

function mountArgs(mounts: ContainerSpec['mounts'] = []): readonly string[] {
  return mounts.flatMap(({ type, from, to, readOnly }) => [
    '--mount',
    // CSV (RFC 4180): a path may hold a comma.
    [
      `type=${type}`,
      ...(from === undefined ? [] : [`source=${from}`]),
      `target=${to}`,
      ...(readOnly ? ['readonly'] : []),
    ]
      .map((field) => `"${field.replaceAll('"', '""')}"`)
      .join(','),
  ]);
}

const publishArgs = (publish: ContainerSpec['publish'] = []): readonly string[] =>
  publish.flatMap(({ port, protocol, hostIp, hostPort }) => {
    const ip = hostIp.includes(':') ? `[${hostIp}]` : hostIp;
    return ['--publish', `${ip}:${hostPort === 0 ? '' : hostPort}:${port}/${protocol}`];
  });

function containerArgs(intent: DockerHandle, spec: ContainerSpec): readonly string[] {
  const { image, network, argv = [], env = {}, user, cwd, shmBytes } = spec;
  const [program, ...rest] = argv;
  return [
    ...['container', 'create', '--pull', 'never', '--name', intent.name, ...labels(intent)],
    ...['--network', network, '--restart', 'no', '--security-opt', 'no-new-privileges'],
    ...Object.keys(env).flatMap((name) => ['--env', name]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(cwd === undefined ? [] : ['--workdir', cwd]),
    ...(shmBytes === undefined ? [] : ['--shm-size', String(shmBytes)]),
    ...mountArgs(spec.mounts),
    ...publishArgs(spec.publish),
    ...(program === undefined ? [] : ['--entrypoint', program]),
    ...['--', image, ...rest],
  ];
}

export async function createContainer(
  processes: Processes,
  intent: DockerHandle,
  spec: ContainerSpec,
  limits: CallLimits,
): Promise<Result<DockerHandle, Problem>> {
  const { host } = intent;
  const image = await findImage({ processes, host }, spec.image, limits);
  if (!image.ok) return image;
  if (image.value === null)
    return fail(
      'IMAGE_MISSING',
      `the engine has no image ${spec.image}, and nothing is pulled during a run`,
      `docker pull NAME@sha256:…, or docker load, before the run`,
    );
  const env = checkEnv(spec.env);
  if (!env.ok) return env;
  const id = await made(processes, intent, { args: containerArgs(intent, spec), env: env.value }, limits);
  if (!id.ok) return id;
  if (!isId(id.value)) return fail('DOCKER_FAILED', 'the engine named no container');
  // Cancelled or not, what is there is written down whole.
  const facts = await findContainer({ processes, host }, id.value, uncancelled());
  if (!facts.ok) return facts;
  const named = new Set((spec.mounts ?? []).map((mount) => mount.from));
  const anonymous = (facts.value?.mounts ?? []).filter((m) => m.type === 'volume' && !named.has(m.from));
  const volumes = anonymous.length === 0 ? null : anonymous.map((m) => m.from).join(',');
  return ok({ ...intent, id: id.value, volumes });
}
