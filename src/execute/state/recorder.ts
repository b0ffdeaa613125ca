import type { JournalRecord, RunEvent } from '../../model/event.js';
import type { Journal } from '../../journal/append.js';
import { JournalError } from '../../journal/append.js';
import { invariant } from '../../base/invariant.js';
import { apply } from './state.js';
import type { RunState } from './state.js';

type RunEnded = Extract<RunEvent, { readonly type: 'run_ended' }>;

/** Told of everything that is recorded; a decider of nothing. */
export type Observer = (event: RunEvent) => void;

/** Records that must be on disk before what they announce happens, or that later decisions rest on. */
const durable: ReadonlySet<JournalRecord['type']> = new Set<JournalRecord['type']>([
  'run_planned',
  'run_refused',
  'run_started',
  'action_intended',
  'resource_intended',
  'resource_created',
  'resource_kept',
  'embargo',
  'abort',
  'compensation_engaged',
  'teardown_started',
  'recovery_started',
  'run_ended',
]);

/**
 * Journal first, then the state, then whoever watches, one event after the other. When the journal can't be
 * written the reserve is released once and the run is told to stop; if that doesn't help the recorder is blind:
 * teardown still destroys what the ledger holds, and nothing is claimed.
 */
export class Recorder {
  #blind = false;
  #reserve = true;
  #told = false;
  #issued: number;
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly journal: Journal,
    readonly state: RunState,
    private readonly observer: Observer,
    private readonly onUnwritable: (message: string) => void,
  ) {
    this.#issued = state.resources.size;
  }

  /** `R-1`, `R-2`, …: a ledger entry's name, given out once. */
  nextResource(): string {
    this.#issued += 1;
    return `R-${this.#issued}`;
  }

  /** True once nothing can be written any more: the bundle stays unsealed and the run exits 5. */
  get blind(): boolean {
    return this.#blind;
  }

  /** In the order of the calls: a record is never written past one that could not be. */
  record(event: RunEvent): Promise<void> {
    return this.#inTurn(() => event);
  }

  /** The last record, made of all that stands before it; what comes later, a signal say, is too late to be part of it. */
  async recordEnd(make: () => RunEnded): Promise<RunEnded> {
    let ended: RunEnded | undefined;
    await this.#inTurn(() => (ended = make()));
    invariant(ended, 'a run ends once');
    return ended;
  }

  #inTurn(make: () => RunEvent): Promise<void> {
    const recorded = this.#tail.then(async () => {
      if (this.state.phase === 'sealed') return;
      const event = make();
      if (!this.#blind) await this.#write(event);
      apply(this.state, event);
      this.observer(event);
    });
    this.#tail = recorded.catch(() => undefined);
    return recorded;
  }

  async #write(event: RunEvent): Promise<void> {
    try {
      await this.journal.append(event, durable.has(event.type));
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      const reserve = this.#reserve;
      if (reserve) await this.releaseReserve();
      else this.#blind = true;
      this.#tell(error.message);
      if (reserve) await this.#write(event);
    }
  }

  #tell(message: string): void {
    if (this.#told) return;
    this.#told = true;
    this.onUnwritable(message);
  }

  /** Also called at the first abort, so that a teardown on a nearly full disk can be recorded. */
  async releaseReserve(): Promise<void> {
    if (!this.#reserve) return;
    this.#reserve = false;
    try {
      await this.journal.releaseReserve();
    } catch {
      // The next append will say whether it helped.
    }
  }
}
