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
const setAsideSuffix = '.set-aside';
export const setAsidePath = (bundle: string): string => `${bundle}${setAsideSuffix}`;
export const isSetAside = (bundle: string): boolean => bundle.endsWith(setAsideSuffix);

export interface Claim {
  readonly name: string;
  readonly run: RunId;
  readonly held: boolean;
}

/** What the name of a claim on a target begins with; the rest says which server and database. */
export const targetClaim = 'target ';

/** A process that can be told from a later one with the same number. */
export interface RunProcess {
  readonly pid: number;
  readonly bootId: string;
  /** Clock ticks since boot (proc(5), field 22 of stat). */
  readonly startTime: string;
}

/** Which runs a kill switch refuses: all, or rehearsals only. */
export type SwitchScope = 'production' | 'rehearsal';

/** Level 0, as it was engaged. */
export interface KillSwitch {
  readonly scope: SwitchScope;
  readonly reason: string;
  readonly by: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** The run whose failure engaged it, and the slot whose statement releases it; null where a person engaged it. */
  readonly run: RunId | null;
  readonly escalate: string | null;
}

/** How a switch was released. */
export interface Released {
  readonly by: string;
  readonly at: string;
  /** The statement of the slot, as it was signed, where one was needed. */
  readonly statement: { readonly text: string; readonly signature: string } | null;
}

/** Level 2: a run that is declared void. */
export interface Voided {
  readonly run: RunId;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

/** Level 0 and level 2, read anew at each call: they work while a run is in progress and from another process. */
export interface Controls {
  /** A switch that refuses runs of this mode, or null. One that can't be read is an error: fail closed. */
  readonly engaged: (scope: SwitchScope) => Promise<Result<KillSwitch | null, Problem>>;
  /** Every switch that is engaged, oldest first: a person's, and one for each run that engaged its own. */
  readonly switches: () => Promise<Result<readonly KillSwitch[], Problem>>;
  /** The first one stays where the same person's or run's is engaged already; whether this call engaged it. */
  readonly engage: (entry: KillSwitch) => Promise<Result<boolean, Problem>>;
  /** Who released it and what they signed is kept, as long as the folder is. */
  readonly release: (entry: KillSwitch, by: Released) => Promise<Result<null, Problem>>;
  /** Problem: ALREADY_VOID. Which runs may be declared void is for the caller to know. */
  readonly voidRun: (entry: Voided) => Promise<Result<null, Problem>>;
  readonly voided: () => Promise<Result<readonly Voided[], Problem>>;
}

/** One of the four ways to stop what may happen, fastest first, as this state folder has it now. */
export interface DisableLevel {
  readonly level: 0 | 1 | 2 | 3;
  readonly name: string;
  readonly command: string | null;
  readonly effect: string;
  /** Whether it could be used now; `detail` says why not. */
  readonly available: boolean;
  readonly engaged: boolean;
  readonly detail: string;
}

/** Approvals that this state folder has seen. */
export interface ApprovalLedger {
  /** Durable and exclusive: of two runs that start at once one gets APPROVAL_USED. */
  readonly use: (nonce: string, run: RunId) => Promise<Result<null, Problem>>;
  readonly usedBy: (nonce: string) => Promise<Result<RunId | null, Problem>>;
  /** Keeps a revocation, the first one, with its signature; who may revoke is for the caller to know. */
  readonly revoke: (nonce: string, statement: string, signature: string) => Promise<Result<null, Problem>>;
  readonly revocation: (nonce: string) => Promise<Result<string | null, Problem>>;
}

/** CLAIMED, or STATE_IO. What to do about it is for the caller to say, who knows how this folder is named. */
export interface ClaimProblem extends Problem {
  /** Who has it; null where that isn't known. */
  readonly holder: Pick<Claim, 'run' | 'held'> | null;
}

/**
 * `.gatebook/`: which runs there were, what is claimed, where artifacts are. Nothing is ever taken over by age.
 * Problems: RUN_ID_USED, CLAIMED, STATE_UNSAFE, STATE_IO.
 */
export interface StateFolder {
  /** Made once, random: approvals name it. */
  readonly id: string;
  readonly path: string;
  /** HMAC-SHA256, hex, with a key that is made with the folder and never leaves it. */
  readonly seal: (text: string) => string;
  /** Uses the id up, for ever. */
  readonly createRun: (entry: RunEntry) => Promise<Result<null, Problem>>;
  /** Oldest first. */
  readonly runs: () => Promise<Result<readonly RunEntry[], Problem>>;
  /** This run's alone, whatever became of the others'; null where there is none. */
  readonly find: (id: string) => Promise<Result<RunEntry | null, Problem>>;
  /** Takes `name` for the run, exclusively. */
  readonly claim: (name: string, run: RunId) => Promise<Result<null, ClaimProblem>>;
  /** Gives back what the run holds, and nothing else. */
  readonly release: (run: RunId) => Promise<Result<null, Problem>>;
  /**
   * The run failed after a change on production: its claims on targets stay until `release`, which voiding it
   * does; all else that it holds is given back. Doing it twice changes nothing.
   */
  readonly hold: (run: RunId) => Promise<Result<null, Problem>>;
  /** Every claim; `held` where its run has ended and keeps it until it is void. */
  readonly claims: () => Promise<Result<readonly Claim[], Problem>>;
  /** What a sealed run had left is gone now. */
  readonly clear: (run: RunId) => Promise<Result<null, Problem>>;
  readonly isCleared: (run: RunId) => boolean;
  readonly controls: Controls;
  readonly approvals: ApprovalLedger;
  /** Where this run's artifacts go; gone after a run that kept none. */
  readonly artifacts: (run: RunId) => string;
}
