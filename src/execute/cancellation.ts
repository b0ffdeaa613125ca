import { later } from '../base/timer.js';
import type { Cause } from '../model/event.js';

/**
 * The one place where a run is stopped. The first cause is kept and recorded at once; what comes later is added,
 * never put in its place.
 */
export class Cancellation {
  readonly #controller = new AbortController();
  #cause: Cause | null = null;

  constructor(
    private readonly onFirst: (cause: Cause) => void,
    private readonly onLater: (cause: Cause) => void,
  ) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cause(): Cause | null {
    return this.#cause;
  }

  /** The cause that the journal of a dead run holds: known already, not recorded again. */
  adopt(cause: Cause): void {
    this.#cause = cause;
    this.#controller.abort(cause);
  }

  abort(cause: Cause): void {
    if (this.#cause !== null) {
      this.onLater(cause);
      return;
    }
    this.#cause = cause;
    this.onFirst(cause);
    this.#controller.abort(cause);
  }
}

class TimeIsUp extends Error {}

/** Whether it fired because a time limit was over, its own or its parent's, and nobody stopped it. */
export const timeIsUp = (signal: AbortSignal): boolean => signal.aborted && signal.reason instanceof TimeIsUp;

/** A signal that fires with its parent or after `ms`, and forgets both when disposed. */
export function childSignal(
  parent: AbortSignal,
  ms: number,
): {
  readonly signal: AbortSignal;
  readonly expired: () => boolean;
  readonly cancel: () => void;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  let expired = false;
  const follow = (): void => controller.abort(parent.reason);
  const forget = later(ms, () => {
    expired = true;
    controller.abort(new TimeIsUp());
  });
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    expired: () => expired,
    cancel: () => controller.abort(new Error('a sibling ended the command')),
    dispose: () => {
      forget();
      parent.removeEventListener('abort', follow);
    },
  };
}
