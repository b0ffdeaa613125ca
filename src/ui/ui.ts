import type { Cause, RunEvent, TeardownStatus, Verdict } from '../model/event.js';

export type UiKind = 'terminal' | 'plain';

/** How far a running action is. */
export interface Progress {
  readonly bytes?: number;
  readonly bytesPerSecond?: number;
  readonly words?: string;
}

/** What a person is told last. */
export interface Summary {
  /** UNFINISHED, as `gatebook runs` has it, where it isn't sealed. */
  readonly verdict: Verdict | 'UNFINISHED';
  readonly exitCode: number;
  readonly cause: Cause | null;
  /** Gates that did not hold and stopped nothing, each by its id; the first cause has its own. */
  readonly notHeld: readonly string[];
  /** What lowered the verdict where nothing went wrong and no gate says so. */
  readonly source: 'declared' | 'nothing ran' | null;
  /** Null where nothing is sealed that says so. */
  readonly teardown: TeardownStatus | null;
  /** What a rehearsal says of production, as the very last. */
  readonly rehearsal: string | null;
  /** Path of report.md; null where none could be written. */
  readonly report: string | null;
  /** What to do next, one line each. */
  readonly next: readonly string[];
}

/** An event as it was recorded. */
export type SeenEvent = RunEvent & { readonly at: string };

/** A subscriber: it shows, it decides nothing, and whatever happens to it the run goes on. */
export interface Ui {
  readonly event: (event: SeenEvent) => void;
  /** `label` is a command's id. */
  readonly progress: (label: string, progress: Progress) => void;
  readonly finish: (summary: Summary) => Promise<void>;
}

/** Where it is shown: the part of a stream that is used. */
export interface UiStream {
  readonly write: (text: string) => unknown;
  readonly on?: (event: 'error', listener: (error: Error) => void) => unknown;
  readonly columns?: number;
  readonly rows?: number;
}

export interface UiOptions {
  /** Whether colours may be used; never in plain mode. */
  readonly color?: boolean;
  /** Begins each line of plain mode with its time. */
  readonly timestamps?: boolean;
  /** Milliseconds, for what is shown at most so often. */
  readonly now?: () => number;
}
