import { open } from 'node:fs/promises';

/** What was made, named or removed in a folder is on the disk only once the folder itself is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
