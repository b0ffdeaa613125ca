import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import process from 'node:process';
import { homeFolder } from '../../adapters/host.js';
import { makeFolders } from '../../adapters/make-folders.js';

/** Caches of builds that nobody runs any more make room for new ones. */
const kept = 24;

/**
 * Where V8's compiled code may be kept: code read from there runs, so the folder and those above it up to the home
 * belong to the user whom we run as, and nobody else can write there. Null: no cache, a start takes a little longer.
 */
export function compileCacheFolder(env: NodeJS.ProcessEnv, home: string = homeFolder()): string | null {
  const uid = process.geteuid?.();
  if (uid === undefined || env['GATEBOOK_COMPILE_CACHE'] === 'off') return null;
  const base = env['XDG_CACHE_HOME'];
  const cache = base !== undefined && isAbsolute(base) ? base : join(home, '.cache');
  const folder = join(cache, 'gatebook', 'v8');
  try {
    if (!isPrivate(home, uid)) return null;
    makeFolders(folder, 0o700);
    return [cache, join(cache, 'gatebook'), folder].every((path) => isPrivate(path, uid)) ? folder : null;
  } catch {
    return null;
  }
}

function isPrivate(path: string, uid: number): boolean {
  const stat = lstatSync(path);
  const othersMayWrite = (stat.mode & 0o022) !== 0;
  return stat.isDirectory() && stat.uid === uid && !othersMayWrite;
}

/** A cache of our own, or nothing; never through a symlink. */
export function readCache(path: string): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { uid, mode } = fstatSync(fd);
    return uid === process.geteuid?.() && (mode & 0o022) === 0 ? readFileSync(fd) : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Whole or not at all. A cache that can't be written is none: nobody is told, and nothing depends on it. */
export function writeCache(path: string, data: Buffer): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    writeFileSync(temporary, data, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
    makeRoom(dirname(path), basename(path));
  } catch {
    rmSync(temporary, { force: true });
  }
}

function makeRoom(folder: string, written: string): void {
  const others = readdirSync(folder).filter((name) => name !== written);
  const oldestFirst = others
    .map((name) => ({ name, at: lstatSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => a.at - b.at);
  for (const { name } of oldestFirst.slice(0, Math.max(0, others.length - kept + 1)))
    rmSync(join(folder, name), { force: true });
}
