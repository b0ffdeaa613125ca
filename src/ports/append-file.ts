/** What is set aside for a file stands beside it, under its name and this. */
export const reserveSuffix = '.reserve';

/** A file that only grows. Errors are thrown: a journal that can't be written ends the run. */
export interface AppendFile {
  /** Writes all of the text after what is there, or nothing: on failure the file has its old length again. */
  readonly append: (text: string) => void;
  /** fdatasync. */
  readonly sync: () => Promise<void>;
  /** Gives back the space that was reserved, so that a full disk still gets its teardown. */
  readonly releaseReserve: () => Promise<void>;
  readonly close: () => Promise<void>;
}
