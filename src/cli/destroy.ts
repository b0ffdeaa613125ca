import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { KindProblem, LedgerEntry } from '../kinds/executor.js';
import type { Files } from '../ports/files.js';
import type { Gpg } from '../ports/gpg.js';
import type { Sandboxes } from '../ports/sandbox.js';

export interface Destroyers {
  readonly files: Files;
  readonly gpg: Gpg;
  readonly sandboxes: Sandboxes;
}

/** Undoes one ledger entry from what its handle holds, and proves it gone; what bears its name and isn't ours stays. */
export async function destroy(by: Destroyers, entry: LedgerEntry): Promise<Result<string, KindProblem>> {
  switch (entry.kind) {
    case 'postgres.sandbox':
    case 'postgres.stand-in':
      return by.sandboxes.destroy(entry.handle);
    case 'gpg.home':
      return by.gpg.removeHome(String(entry.handle['home']));
    case 'artifact':
    case 'file':
    case 'folder':
    case 'kept-file':
      return removeOwned(by.files, entry);
    case 'process':
    case 'claim':
    case 'server-object':
      return err({ code: 'DESTROY_UNKNOWN', message: `nothing here knows how to destroy a ${entry.kind}` });
  }
}

async function removeOwned(files: Files, entry: LedgerEntry): Promise<Result<string, KindProblem>> {
  const { path, nonce, device, inode } = entry.handle;
  if (typeof path !== 'string' || typeof nonce !== 'string') {
    return err({ code: 'LEDGER_HANDLE', message: `the ledger entry of ${entry.name} names no path of its own` });
  }
  const owned = {
    type: entry.kind === 'folder' ? ('folder' as const) : ('file' as const),
    path,
    nonce,
    ...(typeof device === 'string' && { device }),
    ...(typeof inode === 'string' && { inode }),
  };
  const removed = await files.remove(owned);
  return removed.ok ? ok(removed.value) : removed;
}
