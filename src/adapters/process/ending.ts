import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { later } from '../../base/timer.js';
import type { Limits } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';

/** Between TERM and KILL. */
export const graceMs = 2000;
/** How long a descendant may keep an output open once the program itself has ended. */
const lingerMs = 500;

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
}

/** Cuts off outputs in which nothing moves any more: read to the last byte, yet still held open by somebody. */
function cutOffIdle(child: ChildProcess): void {
  const streams = child.stdio.slice(1).filter((s): s is Socket => s instanceof Socket);
  let before: number | undefined;
  const timer = setInterval(() => {
    const moved = streams.reduce((sum, s) => sum + s.bytesRead, 0);
    const waiting = streams.some((s) => s.readableLength > 0);
    if (moved === before && !waiting) streams.forEach((s) => s.destroy());
    before = moved;
  }, lingerMs);
  child.once('close', () => clearInterval(timer));
}

/**
 * The child's own end. Its group is killed at that moment, so that a stray descendant that holds an output
 * open can't hang the run.
 */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ exitCode: null, signal: null, spawnError: error.code ?? 'ERROR' }),
    );
    child.once('exit', (exitCode, signal) => {
      signalGroup(child, 'SIGKILL');
      cutOffIdle(child);
      resolve({ exitCode, signal });
    });
  });
}
