import { constants } from 'node:os';
import type { StopSignal } from '../../adapters/process/outer.js';
import type { Cause } from '../../model/event.js';
import type { Cancellation } from '../../execute/cancellation.js';

/** Within this the third signal means: leave now. */
const insistMs = 2000;

/**
 * What signals do: the first stops the run and begins the teardown, the second says to wait, the third within
 * two seconds of it leaves the rest undone (exit 5, `gatebook teardown RUN` goes on).
 */
export class Stopper {
  readonly #impatient = new AbortController();
  #count = 0;
  #last = 0;

  #cancellation: Cancellation | null = null;
  #pending: Cause | null = null;
  #resume = 'gatebook runs   lists what was left unfinished';

  /** From here on a signal stops this run; one that came before does so at once. `resume` finishes what is left. */
  attach(cancellation: Cancellation, resume: string): void {
    this.#cancellation = cancellation;
    this.#resume = resume;
    if (this.#pending !== null) cancellation.abort(this.#pending);
  }

  get impatience(): AbortSignal {
    return this.#impatient.signal;
  }

  signal(name: StopSignal): void {
    this.#count += 1;
    const now = performance.now();
    const insists = now - this.#last < insistMs;
    this.#last = now;
    if (this.#count === 1) {
      const number = constants.signals[name];
      const cause: Cause = {
        kind: 'signal',
        code: name,
        command: null,
        gate: null,
        message: `${name} was received`,
        signal: number,
      };
      this.#pending = cause;
      this.#cancellation?.abort(cause);
      return;
    }
    if (this.#count > 2 && insists) {
      process.stderr.write(
        `\nleaving: what the run made stays until its teardown\nnext     ${this.#resume}\n`,
      );
      this.#impatient.abort();
      process.exit(5);
    }
    process.stderr.write(
      '\nteardown goes on; it may take a minute. Once more within 2 s leaves it undone.\n',
    );
  }
}
