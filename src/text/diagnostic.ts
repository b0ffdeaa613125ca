import { visible } from '../base/visible.js';
/** A place in a source file; lines and columns count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
export interface Location {
  /** As the user wrote it, or relative to the project. */
  readonly file: string;
  readonly range: Range;
}

/** `a.yaml:3:10`. */
export const placeText = ({ file, range }: Location): string =>
  `${visible(file)}:${String(range.start.line)}:${String(range.start.column)}`;

/** A note is a finding that a waiver accepts; it is shown and counted, and stops nothing. */
export type Severity = 'error' | 'warning' | 'note';

/** Who accepts a finding, why, and to which day (UTC, inclusive). */
export interface Waived {
  readonly reason: string;
  readonly approver: string;
  readonly until: string;
}

/**
 * A mend that changes nothing of what runs, as offsets into the text of the file in which the finding stands
 * (UTF-16 code units, half open, a byte order mark not counted).
 */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * One finding about what a person wrote. `code` is stable (`GB2104`), `message` says what is wrong,
 * `reason` (printed under the caret) why, `fix` what to write instead.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location: Location;
  readonly reason?: string;
  readonly fix?: string;
  /** What `validate --fix` does about it; absent where only a person can decide. */
  readonly edit?: Edit;
  /** Of a note. */
  readonly waived?: Waived;
  readonly related?: readonly { readonly message: string; readonly location: Location }[];
}

/** What a finding says beside its message, where there is something to say. */
export type Advice = { readonly [Key in 'fix' | 'reason' | 'edit']?: Diagnostic[Key] | undefined };
