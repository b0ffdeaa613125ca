/** The text of a file as it was read, for code frames and digests. */
export interface SourceFile {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
}
