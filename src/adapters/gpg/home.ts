import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary.js';

/** sockaddr_un holds 107 bytes and a NUL; gpg-agent's longest socket name stands behind the home. */
const longestSocket = '/S.gpg-agent.browser';
const fits = (home: string): boolean => Buffer.byteLength(home + longestSocket) <= 107;

/** The name is from the run's nonce, so that the ledger holds it before it exists. */
export function homePath(folder: string, nonce: string): string {
  const name = `gpg-${nonce.slice(0, 12)}`;
  const home = join(folder, name);
  return fits(home) ? home : join(temporaryFolder(), `gatebook-${name}`);
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The agent may still be unlinking its sockets, hence the retries. */
export const removeFolder = (home: string): Promise<void> =>
  rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
