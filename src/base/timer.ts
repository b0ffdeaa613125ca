/** Node's own timers hold 2^31 − 1 ms, not quite 25 days; what is longer would be over at once. */
const longestMs = 2 ** 31 - 1;

/** Calls `then` after so long, however long that is. What it gives back forgets it. */
export function later(ms: number, then: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    timer = setTimeout(
      () => (leftMs > longestMs ? wait(leftMs - longestMs) : then()),
      Math.min(leftMs, longestMs),
    );
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/** Waits, but not past the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      forget();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const forget = later(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
