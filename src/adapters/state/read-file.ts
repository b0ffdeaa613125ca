import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { errno } from '../errno.js';

/** More than any record of the state folder holds. */
const maxBytes = 64 * 1024;
/** Never through a link, also not one that leads nowhere; and a FIFO would hold the reader for ever. */
const asItIs = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A small regular file's text; null where nothing has its name. Whatever else stands there is an error: a control that
 * was replaced must not read as one that was never engaged. Asked before every action, and no thread is worth it.
 */
export function readIfThere(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, asItIs);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    if (errno(error) === 'ELOOP') throw new Error(`${path} is a link`, { cause: error });
    throw error;
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw new Error(`${path} is not a regular file`);
    if (facts.size > maxBytes) throw new Error(`${path} is too large`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Whether the folder is there; anything else in its place, a link too, is an error. */
export function folderIsThere(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return false;
  if (!facts.isDirectory()) throw new Error(`${path} is not a folder`);
  return true;
}
