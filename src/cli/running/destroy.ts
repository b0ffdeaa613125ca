import { err } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { KindProblem, LedgerEntry } from '../../kinds/executor.js';
import { ownedFrom } from '../../kinds/owned.js';
import type { Docker } from '../../ports/docker.js';
import type { Files } from '../../ports/files.js';
import type { Gpg } from '../../ports/gpg.js';
import type { Sandboxes } from '../../ports/sandbox.js';

export interface Destroyers {
  readonly files: Files;
  readonly gpg: Gpg;
  readonly sandboxes: Sandboxes;
  readonly docker: Docker;
}

/** Undoes one ledger entry from what its handle holds, and proves it gone; what bears its name and isn't ours stays. */
export async function destroy(by: Destroyers, entry: LedgerEntry): Promise<Result<string, KindProblem>> {
  switch (entry.kind) {
    case 'postgres.sandbox':
    case 'postgres.stand-in':
      return by.sandboxes.destroy(entry.handle);
    case 'gpg.home':
      return by.gpg.removeHome(String(entry.handle['path']));
    case 'artifact':
    case 'file':
    case 'folder':
    case 'kept-file':
      return removeOwned(by.files, entry);
    case 'docker.network':
    case 'docker.volume':
    case 'docker.container':
    case 'docker.stand-in':
      return by.docker.destroy(entry.handle);
    case 'process':
    case 'claim':
    case 'server-object':
      return err({ code: 'DESTROY_UNKNOWN', message: `nothing here knows how to destroy a ${entry.kind}` });
  }
}

async function removeOwned(files: Files, entry: LedgerEntry): Promise<Result<string, KindProblem>> {
  const owned = ownedFrom(entry.handle);
  if (owned !== null) return files.remove(owned);
  return err({
    code: 'LEDGER_HANDLE',
    message: `the ledger entry of ${entry.name} names no path of its own`,
  });
}
