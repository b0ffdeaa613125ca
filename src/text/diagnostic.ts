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

export type Severity = 'error' | 'warning';

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
  readonly related?: readonly { readonly message: string; readonly location: Location }[];
}
