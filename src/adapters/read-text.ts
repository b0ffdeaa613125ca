import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * A regular file's text of at most `maxBytes`; null for anything else: a FIFO that nobody writes to would hold the
 * reader for ever, and a device has no end and no size.
 */
export function readText(path: string, maxBytes: number): string | null {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(fd).isFile()) return null;
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let n = -1; n !== 0 && length < bytes.length; length += n)
      n = readSync(fd, bytes, length, bytes.length - length, null);
    return length > maxBytes ? null : bytes.toString('utf8', 0, length);
  } catch {
    return null;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
