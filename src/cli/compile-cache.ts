import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { geteuid } from 'node:process';

/**
 * Where V8 may keep compiled code: code read from there runs, so the folder and each one above it up to the home
 * belong to the user whom we run as, and nobody else can write there. Null: no cache, a start takes a little longer.
 */
export function compileCacheFolder(env: NodeJS.ProcessEnv, home: string = homedir()): string | null {
  const uid = geteuid?.();
  if (uid === undefined || env['GATEBOOK_COMPILE_CACHE'] === 'off') return null;
  const base = env['XDG_CACHE_HOME'];
  const cache = base !== undefined && isAbsolute(base) ? base : join(home, '.cache');
  const folder = join(cache, 'gatebook', 'v8');
  try {
    if (!isPrivate(home, uid)) return null;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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
