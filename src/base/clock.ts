/** Wall time for records, monotonic time for every decision on a duration or a window. */
export interface Clock {
  /** UTC, ISO 8601 with milliseconds and `Z`. */
  readonly now: () => string;
  /** Monotonic milliseconds since an arbitrary origin. */
  readonly monotonicMs: () => number;
}
