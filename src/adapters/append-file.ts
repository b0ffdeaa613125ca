import { open, rm } from 'node:fs/promises';
import type { AppendFile } from '../ports/append-file.js';

/** Enough for the records of a teardown, report and seal on a disk that has no byte left. */
const reserveBytes = 512 * 1024;

/** Opens (or goes on with) a file that only grows, 0600, and sets a reserve beside it aside. */
export async function openAppendFile(path: string): Promise<AppendFile> {
  const file = await open(path, 'a', 0o600);
  let size = (await file.stat()).size;
  const reserve = `${path}.reserve`;
  await fill(reserve, reserveBytes);
  return {
    async append(text) {
      const bytes = Buffer.from(text, 'utf8');
      try {
        const { bytesWritten } = await file.write(bytes);
        if (bytesWritten !== bytes.length)
          throw new Error(`only ${bytesWritten} of ${bytes.length} bytes could be written`);
        size += bytes.length;
      } catch (error) {
        await file.truncate(size).catch(() => undefined);
        throw error;
      }
    },
    sync: () => file.datasync(),
    releaseReserve: () => rm(reserve, { force: true }),
    async close() {
      await file.sync();
      await file.close();
      await rm(reserve, { force: true });
    },
  };
}

/** Written, not seeked over: a sparse file holds no space back. */
async function fill(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.write(Buffer.alloc(bytes, 0x20));
    await file.sync();
  } finally {
    await file.close();
  }
}
