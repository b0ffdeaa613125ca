import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { CallLimits, Docker, DockerHandle, ExecSpec } from '../../ports/docker.js';
import type { Completed, Processes, ProgramSpec } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { call, dockerProgram } from './client.js';
import { endExec } from './end-exec.js';
import { checkEnv, execMark } from './env.js';
import { findContainer } from './inspect.js';
import { downAt, fail } from './problems.js';
import { stillRuns } from './still-runs.js';

interface Prepared {
  readonly id: string;
  readonly mark: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function prepare(container: DockerHandle, spec: ExecSpec, stdin: boolean): Result<Prepared, Problem> {
  const { id, name } = container;
  if (id === null) return fail('CONTAINER_GONE', `the container ${name} was never made`);
  const env = checkEnv(spec.env);
  if (!env.ok) return env;
  const mark = randomBytes(16).toString('hex');
  const args = [
    ...['container', 'exec', '--env', `${execMark}=${mark}`],
    ...(stdin ? ['--interactive'] : []),
    ...Object.keys(env.value).flatMap((variable) => ['--env', variable]),
    ...(spec.cwd === undefined ? [] : ['--workdir', spec.cwd]),
    ...(spec.user === undefined ? [] : ['--user', spec.user]),
    ...['--', id, ...spec.argv],
  ];
  return ok({ id, mark, args, env: env.value });
}

/** See `Docker.program`. */
export function execProgram(
  container: DockerHandle,
  spec: ExecSpec,
): Result<{ readonly program: ProgramSpec; readonly mark: string }, Problem> {
  const prepared = prepare(container, spec, true);
  if (!prepared.ok) return prepared;
  const { args, env, mark } = prepared.value;
  return ok({ program: dockerProgram(container.host, args, env), mark });
}

/** See `Docker.exec`. */
export async function exec(
  processes: Processes,
  container: DockerHandle,
  spec: Parameters<Docker['exec']>[1],
  limits: CallLimits,
): Promise<Result<Completed, Problem>> {
  const { stdin, logs, captureBytes } = spec;
  const prepared = prepare(container, spec, stdin !== undefined);
  if (!prepared.ok) return prepared;
  const { args, env, mark } = prepared.value;
  const ended = await call({ processes, host: container.host }, args, limits, {
    env,
    ...(stdin !== undefined && { stdin }),
    ...(logs !== undefined && { logs }),
    ...(captureBytes !== undefined && { captureBytes }),
  });
  if (!ended.ok) return err(await endedInside(processes, container, { mark, user: spec.user }, ended.error));
  const completed = { ...ended.value, program: spec.argv[0] };
  const notRun = completed.exitCode === 0 ? null : await whyNotRun(processes, container, completed, limits);
  if (notRun !== null) return err(notRun);
  const { id } = prepared.value;
  const inside = { container: { ...container, id }, mark, user: spec.user };
  const runs = await stillRuns(processes, inside, limits);
  if (!runs.ok) return runs;
  return runs.value
    ? err(await endedInside(processes, container, inside, cutOff(container, spec)))
    : ok(completed);
}

const cutOff = ({ host }: DockerHandle, { argv: [program] }: ExecSpec): Problem => ({
  code: 'EXEC_CUT_OFF',
  message: `the connection to the engine was closed while ${program} still ran: neither what it said nor its exit code is known`,
  next: `look for what stands between this machine's runs and the engine at ${host}, such as a proxy with a time limit`,
});

/** The client is gone; what it had started is ended too, and the problem says so. */
async function endedInside(
  processes: Processes,
  container: DockerHandle,
  { mark, user }: { readonly mark: string; readonly user: string | undefined },
  problem: Problem,
): Promise<Problem> {
  if (problem.code === 'PROGRAM_MISSING' || problem.code === 'SPAWN_FAILED') return problem;
  const gone = await endExec(processes, container, mark, user);
  const inside = gone.ok
    ? `nothing of it runs in ${container.name} any more`
    : `what it left in ${container.name} could not be ended: ${gone.error.message}`;
  return {
    ...problem,
    message: `${problem.message.replace(/^(?:\S*\/)?docker /, 'the program inside ')}; ${inside}`,
  };
}

const settleMs = 500;
const clientsLine =
  /^(Error response from daemon: |Error: No such container|OCI runtime exec failed: |Cannot connect to the Docker daemon|error during connect)/m;

/**
 * The docker program ends with the exit code of the program inside, or with one of its own: a program that was
 * never run, or a container that went away, must not be taken for the program's answer.
 */
async function whyNotRun(
  processes: Processes,
  container: DockerHandle,
  completed: Completed,
  limits: CallLimits,
): Promise<Problem | null> {
  const { stdout, stderr, exitCode, program } = completed;
  const look = () => findContainer({ processes, host: container.host }, container.id ?? '', limits);
  let here = await look();
  if (here.ok && here.value?.running === false) {
    // What is being removed is stopped first.
    await sleep(settleMs);
    here = await look();
  }
  if (!here.ok) return here.error;
  const { name } = container;
  if (here.value === null)
    return {
      code: 'CONTAINER_GONE',
      message: `the container ${name} is gone: something else than this run removed it`,
    };
  if (!here.value.running)
    return {
      code: 'CONTAINER_STOPPED',
      message: `the container ${name} does not run (${here.value.status})`,
    };
  // What the runtime refused comes with 126 or 127, on one stream or the other.
  const refused = exitCode === 126 || exitCode === 127 ? `${stderr}\n${stdout}` : stderr;
  const line = refused.split('\n').find((l) => clientsLine.test(l));
  if (line === undefined) return null;
  if (/^(Cannot connect|error during)/.test(line)) return downAt(container.host, line.slice(0, 500));
  if (/executable file not found|no such file or directory|permission denied/i.test(line))
    return { code: 'PROGRAM_MISSING', message: `${program} can't be run in ${name}: ${line.slice(0, 500)}` };
  return { code: 'DOCKER_FAILED', message: `${program} was not run in ${name}: ${line.slice(0, 500)}` };
}
