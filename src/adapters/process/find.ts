import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Where the run looks for programs, whatever the PATH of the person who runs. Last the folder of the Node that
 * runs us: `run.gatebook` begins with `env node`, and a Node of nvm's or an unpacked one is in none of the others.
 */
export const fixedPath = [...new Set([...systemPath, dirname(process.execPath)])].join(':');

/** Folders with one folder a major version (Debian), and Homebrew's. */
const postgresRoots = [
  { root: '/usr/lib/postgresql', pattern: /^([0-9]{1,3})$/ },
  { root: '/opt/homebrew/opt', pattern: /^postgresql@([0-9]{1,3})$/ },
  { root: '/usr/local/opt', pattern: /^postgresql@([0-9]{1,3})$/ },
] as const;
const postgresPrograms = new Set([
  ...['postgres', 'initdb', 'pg_ctl', 'psql', 'pg_dump', 'pg_dumpall', 'pg_restore', 'pg_isready'],
  ...['pg_controldata', 'pg_amcheck', 'createdb', 'pg_config'],
]);

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** PostgreSQL's own program folders, newest major first: Debian's wrappers in /usr/bin choose by other rules. */
async function postgresFolders(): Promise<string[]> {
  const found: { readonly major: number; readonly folder: string }[] = [];
  for (const { root, pattern } of postgresRoots)
    for (const name of await readdir(root).catch(() => [])) {
      const major = pattern.exec(name)?.[1];
      if (major) found.push({ major: Number(major), folder: join(root, name, 'bin') });
    }
  return found.sort((a, b) => b.major - a.major).map((f) => f.folder);
}

/** Absolute path of a program, or null. A name with a slash must be absolute. */
export async function findProgram(name: string, path: string): Promise<string | null> {
  if (name === '' || name.includes('\0')) return null;
  if (isAbsolute(name)) return (await isProgram(name)) ? name : null;
  if (name.includes('/')) return null;
  const folders = path.split(':').filter(isAbsolute);
  const first = postgresPrograms.has(name) ? await postgresFolders() : [];
  for (const folder of [...first, ...folders])
    if (await isProgram(join(folder, name))) return join(folder, name);
  return null;
}
