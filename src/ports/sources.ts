import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

/** One file of a project, as it was read. */
export interface SourceBytes {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * What a runbook may read: nothing outside its folder, nothing that others can write, nothing above a size.
 * Problems carry the codes GB3001 (missing), GB3002 (too large), GB3003 (outside), GB3004 (writable by others),
 * GB3005 (not a regular file), GB3006 (can't be read), GB3010 (a name that evidence can't
 * hold).
 */
export interface Project {
  /** Absolute. */
  readonly root: string;
  /** The runbook that the project was found from, relative to `root`. */
  readonly entry: string;
  /** Whether the root holds a `gatebook.yaml`. */
  readonly hasSettings: boolean;
  /** How a path of the project is shown to the person who asked: relative to where they stand. */
  readonly shown: (path: string) => string;
  readonly read: (path: string, maxBytes: number) => Promise<Result<SourceBytes, Problem>>;
}

export interface Sources {
  /** The day of reading, UTC (`2026-12-31`): waivers end by it. */
  readonly today: string;
  /** The nearest folder, upward from the file, that holds `gatebook.yaml`; else the file's own folder. */
  readonly project: (path: string) => Promise<Result<Project, Problem>>;
}
