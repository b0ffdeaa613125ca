import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';

/**
 * What stands there, a link as a link; null where nothing does. Any other answer of the system is thrown: a thing that
 * couldn't be looked at is not proved gone.
 */
export async function statIfThere(path: string): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
