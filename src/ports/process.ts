import type { Readable } from 'node:stream';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

/** One program, started without a shell. `argv[0]` is absolute or found on the run's fixed PATH. */
export interface ProgramSpec {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment but for PATH, HOME, LANG and TZ, which the adapter sets (an entry here wins). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Run as this user (only as root). */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Contents of further file descriptors, from 3 on, that the child reads (a passphrase, a list). */
  readonly inputFds?: Readonly<Record<number, string | Uint8Array>>;
  /** Descriptors, from 3 on, that the child writes and we capture (gpg's --status-fd). */
  readonly captureFds?: readonly number[];
}

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** How much of each stream is held in memory; the rest goes to the log only. Default 1 MiB. */
  readonly captureBytes?: number;
}

export interface ProgramEnd {
  readonly program: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly captured: Readonly<Record<number, string>>;
  /** Set where the runner ended it, because another member of its pipeline had failed. */
  readonly cancelled?: true;
}
export interface Completed extends ProgramEnd {
  readonly stdout: string;
  /** Where the capture limit cut what is held of the stream. */
  readonly cut: { readonly stdout: boolean; readonly stderr: boolean };
  /** Where a process that the program left behind held the stream when it was cut off: what it would have said isn't known. */
  readonly leftOpen: { readonly stdout: boolean; readonly stderr: boolean };
  readonly durationMs: number;
}

/**
 * Starts programs so that none outlives the runner (a PID namespace, or the death signal and a process group),
 * and ends them when the signal fires or the time is up: TERM, then KILL after 2 s, to the whole group.
 * When a program ends, what is left of its process group is killed; `run` lets it say first what it had to say, as long
 * as it goes on saying it.
 * Problems: PROGRAM_MISSING, TIMEOUT, CANCELLED, SPAWN_FAILED, OUTPUT_FAILED (a log that can't be written, a
 * consumer that rejected), INPUT_FAILED. A non-zero exit is not a problem here.
 */
export interface Processes {
  /** Absolute path of a program on the run's PATH, or null. */
  readonly find: (name: string) => Promise<string | null>;
  /** The same, but PostgreSQL's programs are those that suit a server of this major version best. */
  readonly forServer: (major: number) => Processes;
  readonly run: (
    spec: ProgramSpec & {
      readonly stdin?: string | Uint8Array;
      readonly logs?: { readonly stdout: string; readonly stderr: string };
    },
    limits: Limits,
  ) => Promise<Result<Completed, Problem>>;
  /**
   * A pipe of programs, stdout to stdin by kernel pipes, every member's end reported. `input` feeds the first.
   * `consume` reads the last one's output (its promise is awaited; where it stops early, the members are ended), or it
   * goes to the descriptor `output`; without either it is thrown away. A member that exits with another code than 0
   * ends the others; of members that ended by SIGPIPE the cause is downstream.
   */
  readonly pipeline: (
    specs: readonly [ProgramSpec, ...ProgramSpec[]],
    io: {
      readonly input?: Readable;
      readonly consume?: (out: Readable) => Promise<void>;
      readonly output?: number;
    },
    limits: Limits,
  ) => Promise<Result<readonly ProgramEnd[], Problem>>;
  /** A long-lived child (a throwaway server). Who has its handle ends it by its pid; else it ends with the runner. */
  readonly daemon: (spec: ProgramSpec & { readonly log: string }) => Promise<Result<Daemon, Problem>>;
}
export interface Daemon {
  readonly pid: number;
  readonly exited: Promise<ProgramEnd>;
}
