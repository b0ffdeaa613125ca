import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

/** Of a keyring that is the operator's: it may well be a link to one. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The agent may still be unlinking its sockets, hence the retries. */
export const removeFolder = (home: string): Promise<void> =>
  rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

/** GnuPG's daemons, each of which names its home on its command line. */
const daemons: ReadonlySet<string> = new Set(['gpg-agent', 'keyboxd', 'scdaemon', 'dirmngr']);
const pollMs = 20;

/** The daemons of a home that still run when the time is up; null where the system doesn't tell. */
export async function daemonsLeft(home: string, waitMs = 5_000): Promise<readonly number[] | null> {
  for (const end = performance.now() + waitMs; ;) {
    const left = await daemonsOf(home);
    if (left === null || left.length === 0 || performance.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function daemonsOf(home: string): Promise<readonly number[] | null> {
  const names = await readdir('/proc').catch((): string[] => []);
  // Where it lists processes it lists this one.
  if (!names.includes('self')) return null;
  const found = await Promise.all(
    names.map(async (name) => {
      if (!/^\d+$/.test(name)) return [];
      const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      const [program = '', ...args] = line.split('\0');
      return daemons.has(basename(program)) && args.includes(home) ? [Number(name)] : [];
    }),
  );
  return found.flat();
}
