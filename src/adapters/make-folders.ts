import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errno } from './errno.js';

/**
 * Makes a folder and those above it; which of them weren't there, the outermost first. Not mkdir's own `recursive`: where
 * a file system answers ENOENT to a new folder in one that exists, as /proc does, it begins anew without end.
 */
export function makeFolders(path: string, mode = 0o777): readonly string[] {
  if (isFolder(path)) return [];
  const above = dirname(path) === path ? [] : makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
    return [...above, path];
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (isFolder(path)) return above;
    if (errno(error) !== 'EEXIST') throw error;
    throw Object.assign(new Error(`${path} is there and is no folder`), { code: 'ENOTDIR' });
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
