import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Limits, Processes, ProgramEnd, ProgramSpec } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import type { Exit } from './ending.js';
import { Ender, exitOf, watch } from './ending.js';
import type { Starter } from './starter.js';
import { spawnFailed } from './starter.js';
import type { Containment } from './containment.js';
import type { Launch } from './launch.js';
import { launch } from './launch.js';
import { capture, held, shownText } from './output.js';
import type { KernelPipe } from './pipes.js';
import { closePipe, makePipes } from './pipes.js';
import { captureDefault, captureFurther } from './run.js';

type Io = Parameters<Processes['pipeline']>[1];

/**
 * Starts all members in one tick, each one's output being the next one's input. Our own ends are closed then, so
 * that no byte passes through Node and an early end on either side reaches the other.
 */
function start(mode: Containment, launches: readonly Launch[], pipes: readonly KernelPipe[]): ChildProcess[] {
  const children = launches.map((what, index) =>
    launch(mode, {
      ...what,
      stdin: pipes[index - 1]?.reader.fd ?? what.stdin,
      stdout: pipes[index]?.writer.fd ?? what.stdout,
    }),
  );
  for (const pipe of pipes) void closePipe(pipe);
  return children;
}

/** Feeds the first member; a member that stops reading early is seen by its exit. */
async function feedFirst(input: Readable | undefined, into: Writable | null): Promise<Problem | null> {
  if (!input || !into) return null;
  try {
    await pump(input, into);
    return null;
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    const childStoppedReading = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];
    // A failed write destroys the input too, with the same error.
    const ofTheChild = input.errored === null || syscall === 'write';
    if (code !== undefined && childStoppedReading.includes(code) && ofTheChild) return null;
    return { code: 'INPUT_FAILED', message: `the pipeline's input: ${message}` };
  }
}

/** What the pipeline makes, to its reader; without one it is thrown away. */
async function consumeLast(consume: Io['consume'], out: Readable | null): Promise<Problem | null> {
  if (!out) return null;
  try {
    if (consume) await consume(held(out));
    else out.resume();
    return null;
  } catch (error) {
    return { code: 'OUTPUT_FAILED', message: `the pipeline's output: ${messageOf(error)}` };
  } finally {
    // A reader that stopped early must not leave the last member waiting.
    if (consume) out.destroy();
  }
}

async function prepareAll(
  starter: Starter,
  specs: readonly ProgramSpec[],
  io: Io,
): Promise<Result<readonly Launch[], Problem>> {
  const launches: Launch[] = [];
  for (const [index, spec] of specs.entries()) {
    const stdin = index === 0 && io.input ? 'pipe' : 'ignore';
    const stdout = index === specs.length - 1 && io.output !== undefined ? io.output : 'pipe';
    const prepared = await starter.prepare(spec, { stdin, stdout, stderr: 'pipe' });
    if (!prepared.ok) return prepared;
    launches.push(prepared.value);
  }
  return ok(launches);
}

/** Watches one member: its end, and what it wrote beside its output. */
async function member(child: ChildProcess, launched: Launch, limit: number, onEnd: (exit: Exit) => void) {
  const ended = exitOf(child).then((exit) => {
    onEnd(exit);
    if (exit.spawnError !== undefined) child.stdio.forEach((s) => s?.destroy());
    return exit;
  });
  const [exit, stderr, captured] = await Promise.all([
    ended,
    child.stderr ? capture(child.stderr, limit).then(shownText) : '',
    captureFurther(child, launched.spec, limit),
  ]);
  return { exit, stderr, captured };
}

/** Programs joined by kernel pipes, each one's end reported, in the order of `specs`. */
export async function runPipeline(
  starter: Starter,
  specs: readonly [ProgramSpec, ...ProgramSpec[]],
  io: Io,
  limits: Limits,
): Promise<Result<readonly ProgramEnd[], Problem>> {
  const names = specs.map((s) => s.argv[0]).join(' | ');
  const prepared = await prepareAll(starter, specs, io);
  const cancelled = limits.signal.aborted;
  if (!prepared.ok || cancelled) {
    io.input?.destroy();
    return prepared.ok ? err({ code: 'CANCELLED', message: `${names} was cancelled` }) : prepared;
  }
  const launches = prepared.value;
  const pipes = await makePipes(launches.length - 1, starter.scratch);
  if (!pipes.ok) {
    io.input?.destroy();
    return pipes;
  }
  const children = start(starter.mode, launches, pipes.value);
  const ender = new Ender(children);
  const running = new Set(children);
  const endedByUs = new Set<ChildProcess>();
  let problem: Problem | undefined;
  const stop = (why?: Problem | null) => {
    if (why) problem ??= why;
    running.forEach((child) => endedByUs.add(child));
    ender.end();
  };
  const unwatch = watch(limits, names, stop);
  const stopOn = (why: Problem | null) => (why ? stop(why) : undefined);
  const out = children.at(-1)?.stdout ?? null;
  const limit = limits.captureBytes ?? captureDefault;
  const flows = [
    feedFirst(io.input, children[0]?.stdin ?? null).then(stopOn),
    consumeLast(io.consume, out).then((why) => {
      // Nobody reads any more: gpg would go through all the rest of its input before it ends.
      if (why || (io.consume && !out?.readableEnded)) stop(why);
    }),
  ];
  const ends = await Promise.all(
    launches.map(async (launched, index): Promise<ProgramEnd | null> => {
      const child = children[index];
      if (!child) return null;
      const { exit, stderr, captured } = await member(child, launched, limit, (end) => {
        running.delete(child);
        if (end.spawnError !== undefined) stop(spawnFailed(launched, end.spawnError));
        // Later in this turn: members whose end has come too, and was the cause, are told first.
        // A broken pipe says that the member behind stopped reading, which may be all that it wanted.
        else if (end.exitCode !== 0 && end.signal !== 'SIGPIPE') setImmediate(stop);
      });
      return {
        program: launched.program,
        exitCode: exit.exitCode,
        signal: exit.signal,
        stderr,
        captured,
        ...(endedByUs.has(child) && exit.signal !== 'SIGPIPE' && { cancelled: true as const }),
      };
    }),
  );
  await Promise.all(flows);
  unwatch();
  ender.done();
  return problem ? err(problem) : ok(ends.filter((e) => e !== null));
}
