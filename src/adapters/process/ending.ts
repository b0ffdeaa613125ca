import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { later } from '../../base/timer.js';
import type { Limits } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';

/** Between TERM and KILL. */
export const graceMs = 2000;
/** How long a descendant may keep an output open once the program itself has ended. */
const lingerMs = 500;
/** How long at most, however much it has to say. */
const longestMs = 10_000;
const pollMs = 20;

/** Signals the child's whole group; the child leads it, having a session of its own. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/**
 * Ends groups: TERM now, KILL for what is left after the grace period. One whose leader has ended is gone already
 * (`exitOf`), and its number may be another's by now.
 */
export class Ender {
  #timer: NodeJS.Timeout | undefined;
  #done = false;

  constructor(readonly children: readonly ChildProcess[]) {}

  end(): void {
    if (this.#timer || this.#done) return;
    this.#signal('SIGTERM');
    this.#timer = setTimeout(() => this.#signal('SIGKILL'), graceMs);
  }

  /** When all leaders have ended: there is nothing to end any more, and nothing to wait for. */
  done(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }

  #signal(signal: NodeJS.Signals): void {
    for (const child of this.children)
      if (child.exitCode === null && child.signalCode === null) signalGroup(child, signal);
  }
}

/** Calls `stop` with the problem once, when the time is up or the signal fires. */
export function watch(limits: Limits, what: string, stop: (problem: Problem) => void): () => void {
  let over = false;
  const once = (problem: Problem) => {
    if (over) return;
    over = true;
    stop(problem);
  };
  const cancelled = () => once({ code: 'CANCELLED', message: `${what} was cancelled` });
  const forget = later(limits.timeoutMs, () =>
    once({
      code: 'TIMEOUT',
      message: `${what} did not end within ${limits.timeoutMs / 1000} s`,
      next: 'raise its timeout, or find out what it waits for in logs/',
    }),
  );
  if (limits.signal.aborted) cancelled();
  else limits.signal.addEventListener('abort', cancelled, { once: true });
  return () => {
    over = true;
    forget();
    limits.signal.removeEventListener('abort', cancelled);
  };
}

export interface Exit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Set where the program could not be started. */
  readonly spawnError?: string;
  /** Outputs that somebody still held when it was waited for no longer: what they lack isn't known. */
  readonly leftOpen?: { readonly stdout: boolean; readonly stderr: boolean };
}

const outputsOf = (child: ChildProcess): readonly Socket[] =>
  child.stdio.slice(1).filter((s): s is Socket => s instanceof Socket);
const read = (streams: readonly Socket[]): number => streams.reduce((sum, s) => sum + s.bytesRead, 0);
const isOpen = (stream: Socket): boolean => !stream.readableEnded && !stream.destroyed;

/** Cuts off outputs in which nothing moves any more: read to the last byte, yet still held open by somebody. */
function cutOffIdle(child: ChildProcess): void {
  const streams = outputsOf(child);
  const since = performance.now();
  let before: number | undefined;
  const timer = setInterval(() => {
    const moved = read(streams);
    const idle = moved === before && !streams.some((s) => s.readableLength > 0);
    if (idle || performance.now() - since > longestMs) streams.forEach((s) => s.destroy());
    before = moved;
  }, lingerMs);
  child.once('close', () => clearInterval(timer));
}

/** Whether somebody of the child's group is left. Its number can't be another's while there is. */
function groupLives({ pid }: ChildProcess): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/**
 * Waits while what the child left still writes: a shell doesn't wait for what `> >(…)` started, and what the script had
 * said would be lost. The outputs whose end nobody knows: still written to when the time is up, or held without a word
 * by somebody of the group, who is killed. One held by a daemon that says nothing has said what there was.
 */
function lastWords(child: ChildProcess, impatient: AbortSignal): Promise<readonly Socket[]> {
  const streams = outputsOf(child);
  const since = performance.now();
  let [moved, movedAt, until] = [-1, since, since + longestMs];
  impatient.addEventListener('abort', () => (until = Math.min(until, performance.now() + graceMs)));
  if (impatient.aborted) until = since + graceMs;
  const look = (): readonly Socket[] | null => {
    const open = streams.filter(isOpen);
    if (open.length === 0) return [];
    const now = performance.now();
    // What was said before the program was stopped is still read.
    if (impatient.aborted && groupLives(child)) signalGroup(child, 'SIGKILL');
    if (read(streams) !== moved || streams.some((s) => s.readableLength > 0))
      [moved, movedAt] = [read(streams), now];
    if (now - movedAt >= lingerMs) return groupLives(child) ? open : [];
    return now >= until ? open : null;
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => tell(look()), pollMs);
    const tell = (held: readonly Socket[] | null): void => {
      if (held === null) return;
      clearInterval(timer);
      resolve(held);
    };
    tell(look());
  });
}

/**
 * The child's own end. Its group is killed then, so that a stray descendant that holds an output open can't hang the
 * run; at once, or where there is an `impatient` when it has said what it had to say, or that fires.
 */
export function exitOf(child: ChildProcess, impatient?: AbortSignal): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ exitCode: null, signal: null, spawnError: error.code ?? 'ERROR' }),
    );
    child.once('exit', (exitCode, signal) => {
      const end = (held: readonly unknown[]): void => {
        if (!impatient || groupLives(child)) signalGroup(child, 'SIGKILL');
        if (impatient) outputsOf(child).forEach((stream) => stream.destroy());
        else cutOffIdle(child);
        const leftOpen = { stdout: held.includes(child.stdout), stderr: held.includes(child.stderr) };
        resolve({ exitCode, signal, leftOpen });
      };
      if (impatient) void lastWords(child, impatient).then(end);
      else end([]);
    });
  });
}
