import type { Readable } from 'node:stream';
import type { Sha256 } from '../base/ids.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

/**
 * A file or folder that this run made, as the ledger keeps it. `nonce` names the hidden place where it was
 * staged and, for a folder, stands in its owner mark; device and inode are decimal text (64 bits).
 */
export interface Owned {
  readonly type: 'file' | 'folder';
  readonly path: string;
  readonly nonce: string;
  readonly device?: string;
  readonly inode?: string;
}
/** In a folder of ours: its nonce, so that recovery knows it without having seen it made. */
export const ownerMark = '.gatebook-owner';

/** `Owned` once it exists: what the ledger's `created` records before the final name is given. */
export type Staged = Owned & { readonly device: string; readonly inode: string };

export interface Filled {
  readonly sha256: Sha256;
  readonly sizeBytes: number;
  /** Its first 64 KiB. */
  readonly head: Uint8Array;
}

export interface FileFacts {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** Four octal digits: `0600`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly device: string;
  readonly inode: string;
}

export interface Space {
  /** Free for who isn't root. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeInodes: number;
}

/**
 * Files as a run needs them: nothing goes through a symbolic link, nothing replaces what exists, nothing is
 * removed but what carries our identity.
 *
 * Making a thing takes three steps, so that a crash between any two leaves it findable: `intend` in the ledger
 * (path and nonce), stage (made beside its place, under a name from the nonce), `created` in the ledger (device
 * and inode), `publish` (the final name).
 *
 * Problems: FILE_EXISTS, FILE_ABSENT, FILE_SYMLINK, FILE_UNSAFE_FOLDER, FILE_NOT_REGULAR, FILE_TOO_LARGE,
 * FILE_NOT_OURS, FILE_IO, CANCELLED.
 */
export interface Files {
  /** An empty folder with the owner mark, mode 0700 unless given; its parent must exist. */
  readonly stageFolder: (path: string, nonce: string, mode?: number) => Promise<Result<Staged, Problem>>;
  /** A file with this content, synced, mode 0600 unless given. */
  readonly stageFile: (
    path: string,
    nonce: string,
    content: string | Uint8Array | Readable,
    options?: { readonly mode?: number; readonly maxBytes?: number },
  ) => Promise<Result<Staged & { readonly sha256: Sha256; readonly sizeBytes: number }, Problem>>;
  /**
   * A file, mode 0600, that programs fill through a descriptor: what is too much to pass through us. It is read and
   * hashed behind them as it grows, which `grown` tells, and synced at the end. `fill` ends when nobody writes any
   * more; a problem of its own is the result, and nothing is left of the file.
   */
  readonly stageFilled: <P extends Problem>(
    path: string,
    nonce: string,
    fill: (descriptor: number) => Promise<Result<null, P>>,
    grown: (bytes: number) => void,
  ) => Promise<Result<Staged & Filled, P | Problem>>;
  /** Gives a staged thing its name, which must be free, and syncs the folder that holds it. */
  readonly publish: (staged: Staged) => Promise<Result<null, Problem>>;
  /**
   * Removes what this run made, under its staged and its final name, and proves it gone; the result says how.
   * A file of mode 0600 is overwritten first. What bears our name and isn't ours is FILE_NOT_OURS.
   */
  readonly remove: (owned: Owned) => Promise<Result<string, Problem>>;

  /** Makes the folder and each missing one between it and `root` (which must exist), 0700; an existing one is checked. */
  readonly ensureFolder: (path: string, root: string) => Promise<Result<null, Problem>>;
  /** What stands at the path itself (a link isn't followed); null where nothing does. */
  readonly facts: (path: string) => Promise<Result<FileFacts | null, Problem>>;
  /** Whether something is there; known at once, so for the run's own folders only: others may be far away. */
  readonly exists: (path: string) => boolean;
  readonly space: (path: string) => Promise<Result<Space, Problem>>;
  readonly sha256: (path: string, signal?: AbortSignal) => Promise<Result<Sha256, Problem>>;
  /** A regular file's bytes, at most `maxBytes`. */
  readonly read: (path: string, maxBytes: number) => Promise<Result<Uint8Array, Problem>>;
  /** A regular file as a stream; fails like `read`. */
  readonly open: (path: string) => Promise<Result<Readable, Problem>>;
  /** Every regular file at or below the path, sorted; a symlink is a problem. At most `maxFiles`. */
  readonly walk: (path: string, maxFiles: number) => Promise<Result<readonly string[], Problem>>;
  /** Whether somebody other than the owner and root may change the file, or what is in the folder. */
  readonly writableByOthers: (path: string) => Promise<Result<boolean, Problem>>;
  /** A fresh nonce: 32 hex digits. */
  readonly nonce: () => string;
}
