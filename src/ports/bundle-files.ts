import type { Sha256 } from '../base/ids.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

/** A thing found in a bundle's folder. Only regular files belong there. */
export interface BundleEntry {
  /** Relative, with `/`. */
  readonly path: string;
  /** A folder is listed where nothing is in it. */
  readonly kind: 'file' | 'symlink' | 'folder' | 'other';
}

export interface AddedFile {
  readonly path: string;
  readonly content: string;
}

/**
 * The files of one bundle. Nothing is followed out of its folder: symlinks are listed, never read.
 * Problems: BUNDLE_MISSING, BUNDLE_UNREADABLE, BUNDLE_TOO_LARGE, BUNDLE_UNWRITABLE, BUNDLE_FILE_EXISTS.
 */
export interface BundleFiles {
  /** Every file and every empty folder, ordered by the bytes of its path. */
  readonly list: () => Promise<Result<readonly BundleEntry[], Problem>>;
  /** The whole file; one that is larger than the limit is a problem. */
  readonly read: (path: string, limitBytes: number) => Promise<Result<Uint8Array, Problem>>;
  /** Takes away a folder that is empty. */
  readonly removeEmpty: (path: string) => Promise<Result<null, Problem>>;
  /** Takes away what stands under a temporary name because its writer was killed. */
  readonly removeDrafts: () => Promise<Result<null, Problem>>;
  /** Streams the file through sha256. */
  readonly sha256: (path: string) => Promise<Result<Sha256, Problem>>;
  /** Writes a whole file under a temporary name, syncs it, puts it in place and syncs the folder. */
  readonly write: (path: string, content: string) => Promise<Result<null, Problem>>;
  /**
   * Adds whole files, in order and durably, none of which may be there yet, not even made at the same instant by
   * somebody else: then BUNDLE_FILE_EXISTS, and none of them is left. Makes the folder that they are in.
   */
  readonly add: (files: readonly AddedFile[]) => Promise<Result<null, Problem>>;
}
