import type { RunId } from '../base/ids.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { ApprovalLedger } from '../ports/state.js';
import type { Problem } from '../text/problem.js';
import type { Window } from './window.js';

/** A statement that is good for one run. */
export interface SingleUse {
  readonly nonce: string;
  /** `the approval of SG_1`. */
  readonly words: string;
}

/**
 * Uses up everything that is good for one run, durably, before its first command. Who calls holds the claim on the
 * runbook, and each of these is for one runbook in one state folder: nobody else uses any of them meanwhile. So a run
 * that finds one of them used has used up none of the others; only a crash in here leaves some used and no run.
 */
export async function useUp(
  statements: readonly SingleUse[],
  window: Window | null,
  ledger: ApprovalLedger,
  run: RunId,
): Promise<Result<null, Problem>> {
  const ended = (await window?.ended()) ?? null;
  if (ended !== null) return err(ended);
  for (const { nonce, words } of statements) {
    const used = await ledger.usedBy(nonce);
    if (!used.ok) return used;
    if (used.value !== null)
      return err({
        code: 'APPROVAL_USED',
        message: `${words} was used by run ${used.value}; it is for one run`,
      });
  }
  for (const { nonce } of statements) {
    const used = await ledger.use(nonce, run);
    if (!used.ok) return used;
  }
  return ok(null);
}
