import type { Clock } from '../base/clock.js';
import type { AdmittedApproval } from '../model/approval.js';
import type { Cause } from '../model/event.js';
import type { ApprovalLedger } from '../ports/state.js';

type Ended = Pick<Cause, 'code' | 'message'>;

/**
 * How long the approvals still hold, asked before every action. Counted on the monotonic clock from the moment of
 * admission, so that a wall clock that is set back gives no time away; one that is set forward, or that went on
 * while the machine slept, takes it.
 */
export class Window {
  readonly #admittedMs: number;
  readonly #admittedAt: number;

  constructor(
    private readonly approvals: readonly AdmittedApproval[],
    private readonly ledger: ApprovalLedger,
    private readonly clock: Clock,
  ) {
    this.#admittedMs = clock.monotonicMs();
    this.#admittedAt = Date.parse(clock.now());
  }

  /** Why they authorize nothing any more, or null. */
  async ended(): Promise<Ended | null> {
    const passed = this.clock.monotonicMs() - this.#admittedMs;
    const latest = Math.max(this.#admittedAt + passed, Date.parse(this.clock.now()));
    for (const { slot, principal, expires, nonce } of this.approvals) {
      if (latest >= Date.parse(expires))
        return {
          code: 'APPROVAL_EXPIRED',
          message: `the approval of ${slot} by ${principal} expired at ${expires}`,
        };
      const revoked = await this.ledger.revocation(nonce);
      if (!revoked.ok) return revoked.error;
      if (revoked.value !== null)
        return { code: 'APPROVAL_REVOKED', message: `the approval of ${slot} by ${principal} was revoked` };
    }
    return null;
  }
}
