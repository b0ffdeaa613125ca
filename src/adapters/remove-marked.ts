import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A server that was killed a moment ago may still be writing: its last files come after the first look. */
const thoroughly = { recursive: true, force: true, maxRetries: 8, retryDelay: 150 } as const;

/**
 * Removes a folder that is known by a mark in it, the mark last: whoever is killed on the way can still prove, the
 * next time, whose folder it is. In between the last two steps it is empty (`isEmpty`).
 */
export async function removeMarked(folder: string, mark: string): Promise<void> {
  for (const name of await readdir(folder)) if (name !== mark) await rm(join(folder, name), thoroughly);
  await rm(folder, thoroughly);
}

export const isEmpty = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    (names) => names.length === 0,
    () => false,
  );
