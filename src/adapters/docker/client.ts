import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { isEngineAddress } from '../../ports/docker.js';
import type { CallLimits } from '../../ports/docker.js';
import type { Completed, Processes, ProgramSpec } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { downAt, fail, refusal } from './problems.js';

/** Only root could make it: no configuration, no context, no credential helper is ever read. */
const noConfig = '/dev/gatebook-reads-no-docker-config';
/** How long a question to the engine may take before it counts as not answered. */
const questionMs = 15_000;
/** The same for an order that makes, starts or removes something. */
export const orderMs = 60_000;
/** Of what is carried through also where the run was stopped: what undoes something, or finds out what was done. */
export const uncancelled = (): CallLimits => ({ timeoutMs: orderMs, signal: new AbortController().signal });
const answerBytes = 8 << 20;

/** The docker program, told where the engine is and nothing else. */
export const dockerProgram = (
  host: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ProgramSpec => ({
  argv: ['docker', '--config', noConfig, '--host', host, ...args],
  env: { ...env, DOCKER_CLI_HINTS: 'false' },
});

/** The docker program, and the engine that it is told of. */
export interface Client {
  readonly processes: Processes;
  readonly host: string;
}

export type Input = Pick<Parameters<Processes['run']>[0], 'stdin' | 'logs'> & {
  readonly env?: Readonly<Record<string, string>>;
  readonly captureBytes?: number;
};

/** One call to its end, whatever its exit code; its time is that of the caller. */
export async function call(
  { processes, host }: Client,
  args: readonly string[],
  limits: CallLimits,
  input: Input = {},
): Promise<Result<Completed, Problem>> {
  if (!isEngineAddress(host))
    return fail(
      'ENGINE_ADDRESS',
      `${host} is no local engine's socket`,
      'DOCKER_HOST=unix:///run/docker.sock',
    );
  const { env, captureBytes = answerBytes, ...rest } = input;
  return processes.run({ ...dockerProgram(host, args, env), ...rest }, { ...limits, captureBytes });
}

/** A question or an order that the engine answers at once: an engine that is silent is down. */
export async function ask(
  client: Client,
  args: readonly string[],
  limits: CallLimits,
  input: Input & { readonly patienceMs?: number } = {},
): Promise<Result<Completed, Problem>> {
  const { patienceMs = questionMs, ...rest } = input;
  const timeoutMs = Math.min(patienceMs, limits.timeoutMs);
  const ended = await call(client, args, { ...limits, timeoutMs }, rest);
  if (!ended.ok && ended.error.code === 'TIMEOUT' && timeoutMs === patienceMs)
    return { ok: false, error: downAt(client.host, `no answer within ${patienceMs / 1000} s`) };
  if (ended.ok && (ended.value.cut.stdout || ended.value.cut.stderr))
    return fail('DOCKER_FAILED', 'the engine answered more than can be held');
  return ended;
}

/** An order that must succeed; its output without the last newline. */
export async function order(
  client: Client,
  args: readonly string[],
  limits: CallLimits,
  input: Parameters<typeof ask>[3] = {},
): Promise<Result<string, Problem>> {
  const ended = await ask(client, args, limits, input);
  if (!ended.ok) return ended;
  if (ended.value.exitCode === 0) return ok(ended.value.stdout.trim());
  return {
    ok: false,
    error: refusal(client.host, `docker ${args.slice(0, 2).join(' ')}`, ended.value.stderr),
  };
}
