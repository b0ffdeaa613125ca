import type { RunId } from '../base/ids.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

/** What the state folder keeps of a run, from before its first record on. */
export interface RunEntry {
  readonly id: RunId;
  /** The runbook's id. */
  readonly runbook: string;
  /** The runbook's path, relative to the project. */
  readonly path: string;
  readonly project: string;
  /** False where it was refused before anything was touched. */
  readonly admitted: boolean;
  readonly mode: 'live' | 'rehearsal' | 'dry-run';
  /** Absolute path of the folder of evidence. */
  readonly bundle: string;
  readonly startedAt: string;
  /** Which process runs it; null where the system doesn't tell. */
  readonly process: RunProcess | null;
}

/** Where a bundle goes in which a secret was found: nobody picks it up as evidence by mistake. */
export const setAsidePath = (bundle: string): string => `${bundle}.set-aside`;

/** A process that can be told from a later one with the same number. */
export interface RunProcess {
  readonly pid: number;
  readonly bootId: string;
  /** Clock ticks since boot (proc(5), field 22 of stat). */
  readonly startTime: string;
}

/**
 * `.gatebook/`: which runs there were, what is claimed, where artifacts are. Nothing is ever taken over by age.
 * Problems: RUN_ID_USED, CLAIMED, STATE_UNSAFE, STATE_IO.
 */
export interface StateFolder {
  /** Made once, random: approvals name it. */
  readonly id: string;
  readonly path: string;
  /** Uses the id up, for ever. */
  readonly createRun: (entry: RunEntry) => Promise<Result<null, Problem>>;
  /** Oldest first. */
  readonly runs: () => Promise<Result<readonly RunEntry[], Problem>>;
  /** Takes `name` for the run, exclusively; who holds it is in the problem. */
  readonly claim: (name: string, run: RunId) => Promise<Result<null, Problem>>;
  /** Gives back what the run holds, and nothing else. */
  readonly release: (run: RunId) => Promise<void>;
  /** What a sealed run had left is gone now. */
  readonly clear: (run: RunId) => Promise<void>;
  readonly isCleared: (run: RunId) => boolean;
  /** Where this run's artifacts go; made when first used. */
  readonly artifacts: (run: RunId) => string;
}
