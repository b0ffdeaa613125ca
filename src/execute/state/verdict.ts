import type { Cause, CommandEnd, GateEnd, TeardownStatus, Verdict } from '../../model/event.js';

/** What the verdict is made of; everything in it comes from the journal. */
export interface Findings {
  readonly mode: 'live' | 'rehearsal' | 'dry-run';
  readonly cause: Cause | null;
  readonly commands: readonly CommandEnd[];
  readonly gates: readonly GateEnd[];
  readonly leaked: number;
  /** Work of this run goes on, on a server that answers. */
  readonly sessionsLeft: boolean;
  /** What the runbook's own `verdict.result` says; it may lower, never raise. */
  readonly declared: string | null;
  /** Its runner died, and this is the recovery. */
  readonly recovered: boolean;
}
export interface Judgement {
  readonly verdict: Verdict;
  readonly exitCode: number;
}

const rank = { PASS: 0, PARTIAL: 1, FAIL: 2 } as const;
type Rank = keyof typeof rank;
const isRank = (word: string): word is Rank => Object.hasOwn(rank, word);

const abortingKinds: readonly Cause['kind'][] = ['signal', 'kill_switch', 'approval', 'crash'];

/** The verdict of a run that was admitted, and the exit code that goes with it: semantics are closed, no third party decides. */
export function judge(found: Findings): Judgement {
  const verdict = verdictOf(found);
  return { verdict, exitCode: exitCodeOf(verdict, found) };
}

function verdictOf(found: Findings): Verdict {
  if (found.recovered || (found.cause !== null && abortingKinds.includes(found.cause.kind))) return 'ABORTED';
  if (found.mode === 'dry-run') return 'DRY-RUN';
  return lowered(ownVerdict(found), found.declared);
}

/** The verdict with what the runbook's own `result` says of it: nothing raises it, and only these three are lowered. */
export function lowered(own: Verdict, result: string | null): Verdict {
  if (result === null || !isRank(own)) return own;
  // A word that is no verdict, or an expression without a value, has failed: it might have lowered.
  const declared = isRank(result) ? result : 'FAIL';
  return rank[declared] > rank[own] ? declared : own;
}

function ownVerdict(found: Findings): Rank {
  const failed =
    found.cause !== null ||
    found.leaked > 0 ||
    found.commands.some((state) => state !== 'passed' && state !== 'skipped') ||
    found.gates.some(
      (state) =>
        state === 'failed' || state === 'error' || state === 'cancelled' || state === 'not_evaluated',
    );
  if (failed) return 'FAIL';
  const nothingRan = !found.commands.includes('passed');
  return nothingRan || found.gates.includes('recorded') ? 'PARTIAL' : 'PASS';
}

function exitCodeOf(verdict: Verdict, found: Findings): number {
  if (found.leaked > 0 || found.sessionsLeft) return 5;
  switch (verdict) {
    case 'PASS':
      return 0;
    case 'DRY-RUN':
      return found.gates.some((state) => state === 'failed' || state === 'error' || state === 'recorded') ||
        found.cause !== null
        ? 1
        : 0;
    case 'FAIL':
      return 1;
    case 'PARTIAL':
      return 7;
    case 'ABORTED':
      return found.recovered || found.cause?.signal === undefined ? 8 : 128 + found.cause.signal;
    case 'REFUSED':
      return 4;
  }
}

/** Resources only: a teardown gate that fails lowers the verdict, not this. */
export function teardownStatus(counts: {
  readonly started: boolean;
  readonly resources: number;
  readonly leaked: number;
}): TeardownStatus {
  if (counts.leaked > 0) return 'incomplete';
  return counts.started || counts.resources > 0 ? 'clean' : 'not_needed';
}
