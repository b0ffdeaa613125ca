import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { errno } from './errno.js';

/**
 * What stands there, a link as a link; null where nothing does. Any other answer of the system is thrown: a thing that
 * couldn't be looked at is not proved gone.
 */
export async function statIfThere(path: string): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
