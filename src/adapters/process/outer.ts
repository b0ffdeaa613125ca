import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';
import { isExhausted, notStarted } from './exhausted.js';
import { fixedPath } from './find.js';
import { spawned } from './spawned.js';

/** Set by the outer process for the inner one: the descriptor of the pipe between them. */
export const innerMark = 'GATEBOOK_INNER';
const pipeFd = 3;
/** The code of one that was killed: nothing of its own decided it. */
export const killed = 128 + constants.signals.SIGKILL;

/**
 * What the namespace is made with; also what detection tries. It has a /proc of its own, so that numbers of
 * processes mean the same in there as in what servers and programs say of themselves.
 */
export const unshareArgv = (): string[] => [
  'setpriv',
  ...['--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
  // As the user itself: with --map-root-user PostgreSQL refuses to start.
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-current-user']),
];

const forwarded = { SIGINT: 'I', SIGTERM: 'T', SIGHUP: 'H', SIGWINCH: 'W' } as const;
type Forwarded = keyof typeof forwarded;
/** A signal that asks a run to stop. */
export type StopSignal = Exclude<Forwarded, 'SIGWINCH'>;
const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Said before the inner program is loaded: the namespace is there. */
const inside = 'i';
const ready = 'r';
const go = 'g';
/** The inner's last word: without it, it didn't exit but was killed, which unshare reports as exit 1. */
const exiting = 'e';

/** Whether this process is the inner one: the mark names a descriptor that is in fact a pipe to someone. */
export function isInner(): boolean {
  if (process.env[innerMark] !== String(pipeFd)) return false;
  try {
    return fstatSync(pipeFd).isSocket();
  } catch {
    return false;
  }
}

/** What setpriv and unshare say of a namespace that they can't make is nobody's: stderr begins inside, from 4. */
const beginInside = ['/bin/sh', '-c', `printf ${inside} >&${pipeFd}; exec "$@" 2>&4 4>&-`, 'sh'];

/**
 * Runs `argv` (a script for this Node and its arguments) as the first process of a PID namespace, with this
 * terminal, and gives back its exit code (128 + n after signal n), or null where this machine gives no such namespace:
 * nothing was run then. Nor was anything where it has not begun within `beginMs`; a start takes a fraction of a second.
 * Making it is the trial, because a trial of its own would cost every run 15 ms.
 *
 * Whatever it starts dies with it, and it dies with us: our death kills setpriv's image (which has become unshare),
 * whose death kills the inner, whose death makes the kernel kill the namespace. The inner begins after our go byte only, so that it can't have begun
 * before the first link of that chain was there.
 *
 * The inner has a session of its own: the terminal's signals reach us alone, and we forward each over the pipe
 * (unshare swallows SIGTERM and dies of SIGHUP).
 */
export function enterNamespace(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  beginMs = 60_000,
): Promise<Result<number | null, Problem>> {
  const [file = '', ...wrapper] = [...unshareArgv(), ...beginInside];
  const child = spawned(file, [...wrapper, process.execPath, ...process.execArgv, ...argv], {
    stdio: ['inherit', 'inherit', 'ignore', 'pipe', 2],
    // The caller's PATH decides neither what contains the run nor anything inside.
    env: { ...env, PATH: fixedPath, [innerMark]: String(pipeFd) },
    detached: true,
  });
  const line = child.stdio[pipeFd] as Socket | undefined;
  line?.on('error', () => undefined);
  let entered = false;
  let begun = false;
  let exited = false;
  // Node that gets no thread waits for it without end. Nothing has begun before our go.
  const late = setTimeout(() => child.kill('SIGKILL'), beginMs);
  line?.on('data', (bytes: Buffer) => {
    const said = bytes.toString('latin1');
    entered ||= said.includes(inside);
    if (said.includes(ready)) {
      begun = true;
      clearTimeout(late);
      line.write(go);
    }
    exited ||= said.includes(exiting);
  });
  const handlers = (Object.keys(forwarded) as Forwarded[]).map((signal) => {
    const forward = () => line?.write(forwarded[signal]);
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });
  return new Promise((resolve) => {
    const end = (result: Result<number | null, Problem>) => {
      clearTimeout(late);
      for (const remove of handlers) remove();
      line?.destroy();
      resolve(result);
    };
    child.once('error', (error: NodeJS.ErrnoException) => end(notSpawned(file, error)));
    // `close` comes when the pipe has been read to its end, too.
    child.once('close', (code, signal) => {
      if (entered && !begun && !exited) end(err(neverBegan));
      else if (signal) end(ok(128 + constants.signals[signal]));
      else if (!entered) end(ok(null));
      else end(ok(exited || code === 0 ? (code ?? killed) : killed));
    });
  });
}

/** A machine without these programs gives no namespace; one that has run out of something gives nothing else either. */
function notSpawned(file: string, { code = '' }: NodeJS.ErrnoException): Result<null, Problem> {
  return isExhausted(code) ? err(notStarted(`${file} could not be started (${code})`, code)) : ok(null);
}

const neverBegan: Problem = {
  code: 'RUNNER_NOT_STARTED',
  message:
    'the process that was to do this ended before it began, or did not begin in time; nothing was done',
  next: 'look at the limits of this shell (ulimit -a): processes, memory, open files',
};

/** For the inner one, as soon as it runs: however it exits from here on, the outer learns that it did. */
export function promiseLastWord(): void {
  process.once('exit', () => {
    try {
      writeSync(pipeFd, exiting);
    } catch {
      // The outer is gone, and nobody listens.
    }
  });
}

export interface SignalLine {
  readonly stop: () => void;
}

/**
 * Calls `onSignal` once for each SIGINT, SIGTERM or SIGHUP that was sent to the run. In the namespace only the
 * pipe counts, and the promise resolves with the outer's go; without it this process ends here.
 */
export async function receiveSignals(onSignal: (signal: StopSignal) => void): Promise<SignalLine> {
  return isInner() ? receiveOverPipe(onSignal) : receiveDirectly(onSignal);
}

function receiveDirectly(onSignal: (signal: StopSignal) => void): SignalLine {
  const handlers = stopSignals.map((signal) => {
    const handler = () => onSignal(signal);
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return { stop: () => handlers.forEach((remove) => remove()) };
}

function receiveOverPipe(onSignal: (signal: StopSignal) => void): Promise<SignalLine> {
  // What reaches us directly reached the outer as well.
  const ignored = receiveDirectly(() => undefined);
  const line = new Socket({ fd: pipeFd, readable: true, writable: true });
  const byByte = new Map(stopSignals.map((signal) => [forwarded[signal] as string, signal]));
  let stopped = false;
  // The pipe stays: the inner's last word goes over it.
  const stop = () => {
    stopped = true;
    ignored.stop();
  };
  return new Promise((resolve) => {
    line.on('data', (bytes: Buffer) => {
      for (const byte of bytes.toString('latin1')) {
        const signal = byByte.get(byte);
        if (signal && !stopped) onSignal(signal);
        else if (byte === forwarded.SIGWINCH) process.emit('SIGWINCH', 'SIGWINCH');
        else if (byte === go) {
          // From here on the pipe alone doesn't keep the process alive.
          line.unref();
          resolve({ stop });
        }
      }
    });
    // The outer is gone: nobody waits for us, and the kernel is about to do the same.
    line.on('error', () => undefined);
    line.on('end', () => process.exit(killed));
    line.write(ready);
  });
}
