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

/** What a file is called until it has its name, if its writer is killed for ever: `NAME.0123456789ab.tmp`. */
export const draftName = /\.[0-9a-f]{12}\.tmp$/;

/** A statement, and the armored signature that lies beside it, if it has one. */
export interface AddedStatement {
  readonly text: string;
  readonly signature: string | null;
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
  /** Takes away what a writer that was killed has left in this folder (the bundle's own: ''): drafts, what was set aside. */
  readonly removeDrafts: (folder: string) => Promise<Result<null, Problem>>;
  /** Streams the file through sha256. */
  readonly sha256: (path: string) => Promise<Result<Sha256, Problem>>;
  /** Writes a whole file under a temporary name, syncs it, puts it in place and syncs the folder. */
  readonly write: (path: string, content: string) => Promise<Result<null, Problem>>;
  /**
   * Adds a statement and its signature (PATH.sig), whole and durably, or neither; a signature that stands there alone
   * is replaced. BUNDLE_FILE_EXISTS where the statement is there, also by somebody else at the same instant. Makes the
   * folder that they are in.
   */
  readonly add: (path: string, statement: AddedStatement) => Promise<Result<null, Problem>>;
}
