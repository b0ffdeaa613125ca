import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Where the run looks for programs, whatever the PATH of the person who runs. Last the folder of the Node that
 * runs us: `run.gatebook` begins with `env node`, and a Node of nvm's or an unpacked one is in none of the others.
 */
export const fixedPath = [...new Set([...systemPath, dirname(process.execPath)])].join(':');

/** Folders with one folder a major version: Debian's, the PGDG's RPMs', Homebrew's on both architectures. */
const postgresRoots = [
  { root: '/usr/lib/postgresql', pattern: /^([0-9]{1,3})$/ },
  { root: '/usr', pattern: /^pgsql-([0-9]{1,3})$/ },
  { root: '/opt/homebrew/opt', pattern: /^postgresql@([0-9]{1,3})$/ },
  { root: '/usr/local/opt', pattern: /^postgresql@([0-9]{1,3})$/ },
] as const;
export const postgresPrograms = new Set([
  ...['postgres', 'initdb', 'pg_ctl', 'psql', 'pg_dump', 'pg_dumpall', 'pg_restore', 'pg_isready'],
  ...['pg_controldata', 'pg_amcheck', 'createdb', 'pg_config'],
]);

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export interface PostgresFolder {
  readonly major: number;
  readonly folder: string;
}

/** PostgreSQL's own program folders, newest major first: Debian's wrappers in /usr/bin choose by other rules. */
export async function postgresFolders(): Promise<readonly PostgresFolder[]> {
  const found: PostgresFolder[] = [];
  for (const { root, pattern } of postgresRoots)
    for (const name of await readdir(root).catch(() => [])) {
      const major = pattern.exec(name)?.[1];
      if (major) found.push({ major: Number(major), folder: join(root, name, 'bin') });
    }
  return found.sort((a, b) => b.major - a.major);
}

/**
 * Where a program of PostgreSQL is looked for. For a server of one major version: the programs of that version, else
 * of the next newer one, since pg_dump reads no newer server than itself and pg_restore sets what an older server may
 * not know. Which version stands on the PATH isn't known; older ones come last.
 */
export function searchOrder(
  folders: readonly PostgresFolder[],
  path: readonly string[],
  server: number | undefined,
): readonly string[] {
  const suit = server === undefined ? folders : folders.filter((f) => f.major >= server).reverse();
  const older = folders.filter((f) => !suit.includes(f));
  return [...suit.map((f) => f.folder), ...path, ...older.map((f) => f.folder)];
}

/** Absolute path of a program, or null. A name with a slash must be absolute. `server`: a major version to suit. */
export async function findProgram(name: string, path: string, server?: number): Promise<string | null> {
  if (name === '' || name.includes('\0')) return null;
  if (isAbsolute(name)) return (await isProgram(name)) ? name : null;
  if (name.includes('/')) return null;
  const onPath = path.split(':').filter(isAbsolute);
  const folders = postgresPrograms.has(name) ? searchOrder(await postgresFolders(), onPath, server) : onPath;
  for (const folder of folders) if (await isProgram(join(folder, name))) return join(folder, name);
  return null;
}
