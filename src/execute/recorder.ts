import type { JournalRecord, RunEvent } from '../model/event.js';
import type { Journal } from '../journal/append.js';
import { JournalError } from '../journal/append.js';
import { apply } from './state.js';
import type { RunState } from './state.js';

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
  'teardown_started',
  'recovery_started',
  'run_ended',
]);

/**
 * Journal first, then the state, then whoever watches. When the journal can't be written the reserve is
 * released once and the run is told to stop; if that doesn't help the recorder is blind: teardown still
 * destroys what the ledger holds, and nothing is claimed.
 */
export class Recorder {
  #blind = false;
  #reserve = true;
  #issued: number;

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

  async record(event: RunEvent): Promise<void> {
    if (!this.#blind) await this.#write(event);
    apply(this.state, event);
    this.observer(event);
  }

  async #write(event: RunEvent): Promise<void> {
    try {
      await this.journal.append(event, durable.has(event.type));
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      if (!this.#reserve) {
        this.#blind = true;
        return;
      }
      this.#reserve = false;
      this.onUnwritable(error.message);
      await this.#giveReserve();
      await this.#write(event);
    }
  }

  /** Also called at the first abort, so that a teardown on a nearly full disk can be recorded. */
  async releaseReserve(): Promise<void> {
    if (!this.#reserve) return;
    this.#reserve = false;
    await this.#giveReserve();
  }

  async #giveReserve(): Promise<void> {
    try {
      await this.journal.releaseReserve();
    } catch {
      // The next append will say whether it helped.
    }
  }
}
