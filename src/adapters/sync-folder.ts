import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.js';

/** What was made, named or removed in a folder is on the disk only once the folder itself is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** As `makeFolders`, and on the disk when this resolves: what is put into a folder is lost with its name. */
export async function makeFoldersSynced(path: string, mode?: number): Promise<void> {
  for (const made of makeFolders(path, mode)) await syncFolder(dirname(made));
}
