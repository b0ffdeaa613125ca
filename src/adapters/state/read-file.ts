import { readFile } from 'node:fs/promises';
import { isCode } from './create-file.js';

/** More than any record of the state folder holds. */
const maxBytes = 64 * 1024;

/** A small file's text; null where it isn't there, or was removed between the listing and the reading. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > maxBytes) throw new Error(`${path} is too large`);
    return text;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}
