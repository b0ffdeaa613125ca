import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Completed, Limits, Processes, ProgramSpec } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { Ender, exitOf, watch } from './ending.js';
import type { Starter } from './starter.js';
import { spawnFailed } from './starter.js';
import { launch } from './launch.js';
import type { Captured } from './output.js';
import { capture, shownText } from './output.js';

export const captureDefault = 1 << 20;

type RunSpec = Parameters<Processes['run']>[0];

/** Reads what the child writes to the further descriptors that the spec names. */
export async function captureFurther(
  child: ChildProcess,
  spec: ProgramSpec,
  limit: number,
): Promise<Readonly<Record<number, string>>> {
  const captured: Record<number, string> = {};
  await Promise.all(
    (spec.captureFds ?? []).map(async (fd) => {
      const stream = child.stdio[fd] as Readable | null | undefined;
      if (stream) captured[fd] = (await capture(stream, limit)).text;
    }),
  );
  return captured;
}

const empty: Captured = { text: '', truncated: false };

/** stdout, stderr and further descriptors of one child, read side by side. */
async function captureAll(starter: Starter, child: ChildProcess, spec: RunSpec, limit: number) {
  const log = (path: string | undefined) =>
    path === undefined ? undefined : { path, redactor: starter.redactor };
  const read = (stream: Readable | null, path: string | undefined) =>
    stream ? capture(stream, limit, log(path)) : Promise.resolve(empty);
  const [stdout, stderr, captured] = await Promise.all([
    read(child.stdout, spec.logs?.stdout),
    read(child.stderr, spec.logs?.stderr),
    captureFurther(child, spec, limit),
  ]);
  return { stdout, stderr, captured };
}

/** One program to its end. */
export async function runProgram(
  starter: Starter,
  spec: RunSpec,
  limits: Limits,
): Promise<Result<Completed, Problem>> {
  const stdin = spec.stdin === undefined ? 'ignore' : 'pipe';
  const prepared = await starter.prepare(spec, { stdin, stdout: 'pipe', stderr: 'pipe' });
  if (!prepared.ok) return prepared;
  const { program } = prepared.value;
  if (limits.signal.aborted) return err({ code: 'CANCELLED', message: `${program} was cancelled` });
  const startedAt = performance.now();
  const child = launch(starter.mode, prepared.value);
  const ender = new Ender([child]);
  let problem: Problem | undefined;
  const impatient = new AbortController();
  const fail = (why: Problem): void => {
    problem ??= why;
    ender.end();
    impatient.abort();
  };
  const unwatch = watch(limits, program, fail);
  child.stdin?.on('error', () => undefined).end(spec.stdin);
  const reading = captureAll(starter, child, spec, limits.captureBytes ?? captureDefault).catch(
    (error: unknown) => {
      fail({ code: 'OUTPUT_FAILED', message: `output of ${program}: ${String(error)}` });
      return { stdout: empty, stderr: empty, captured: {} };
    },
  );
  const exit = await exitOf(child, impatient.signal);
  if (exit.spawnError !== undefined) child.stdio.forEach((s) => s?.destroy());
  const { stdout, stderr, captured } = await reading;
  unwatch();
  ender.done();
  if (exit.spawnError !== undefined) return err(spawnFailed(prepared.value, exit.spawnError));
  if (problem) return err(problem);
  return ok({
    program,
    exitCode: exit.exitCode,
    signal: exit.signal,
    stdout: stdout.text,
    stderr: shownText(stderr),
    captured,
    cut: { stdout: stdout.truncated, stderr: stderr.truncated },
    leftOpen: exit.leftOpen ?? { stdout: false, stderr: false },
    durationMs: performance.now() - startedAt,
  });
}
