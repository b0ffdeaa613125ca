import { ftruncateSync, writeSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reserveSuffix } from '../ports/append-file.js';
import type { AppendFile } from '../ports/append-file.js';
import { syncFolder } from './sync-folder.js';

/** Enough for the records of a teardown, report and seal on a disk that has no byte left. */
const reserveBytes = 512 * 1024;

const reserveOf = (path: string): string => path + reserveSuffix;

/** What a runner that died left set aside. */
export const removeReserve = (path: string): Promise<void> => rm(reserveOf(path), { force: true });

/**
 * Opens a file that only grows, 0600. A new one gets a reserve beside it, and its name is on the disk before its first
 * line; going on with one gives the reserve back, because a recovery on a full disk needs it.
 */
export async function openAppendFile(path: string, use: 'new' | 'go-on'): Promise<AppendFile> {
  const file = await open(path, 'a', 0o600);
  let size = (await file.stat()).size;
  if (use === 'go-on') await removeReserve(path);
  else await setAside(file, reserveOf(path));
  return {
    // Into the page cache, which takes less time than the way to another thread and back. What waits for the disk is
    // `sync`, and that is left to a thread.
    append(text) {
      const bytes = Buffer.from(text, 'utf8');
      try {
        const written = writeSync(file.fd, bytes);
        if (written !== bytes.length)
          throw new Error(`only ${written} of ${bytes.length} bytes could be written`);
        size += bytes.length;
      } catch (error) {
        shorten(file.fd, size);
        throw error;
      }
    },
    sync: () => file.datasync(),
    releaseReserve: () => removeReserve(path),
    async close() {
      await file.close();
      // What can't be taken away here, the seal names: nothing is sealed with it.
      await removeReserve(path).catch(() => undefined);
    },
  };
}

/** Takes back what was written in part, where that can be done. */
function shorten(fd: number, size: number): void {
  try {
    ftruncateSync(fd, size);
  } catch {
    // The next append will say that nothing can be written.
  }
}

async function setAside(journal: FileHandle, path: string): Promise<void> {
  try {
    await fill(path, reserveBytes);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(path, { force: true });
    await journal.close();
    throw error;
  }
}

/** Written, not seeked over: a sparse file holds no space back. */
async function fill(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(Buffer.alloc(bytes, 0x20));
    await file.sync();
  } finally {
    await file.close();
  }
}
