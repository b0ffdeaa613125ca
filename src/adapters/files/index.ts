import { createHash, randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Sha256 } from '../../base/ids.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { FileFacts, Files } from '../../ports/files.js';
import type { Problem } from '../../text/problem.js';
import { statIfThere } from '../stat-if-there.js';
import { ensureFolder, othersMayWrite } from './folders.js';
import { stageFilled } from './fill.js';
import { publish, stageFile, stageFolder } from './make.js';
import { attempt, problem } from './problems.js';
import { remove } from './remove.js';

const blockBytes = 1 << 20;

function typeOf(stats: BigIntStats): FileFacts['type'] {
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isDirectory()) return 'directory';
  return stats.isFile() ? 'file' : 'other';
}

const facts: Files['facts'] = (path) =>
  attempt(path, async () => {
    const stats = await statIfThere(path);
    if (stats === null) return ok(null);
    return ok({
      type: typeOf(stats),
      mode: (stats.mode & 0o7777n).toString(8).padStart(4, '0'),
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      sizeBytes: Number(stats.size),
      device: String(stats.dev),
      inode: String(stats.ino),
    });
  });

/** Opens a regular file for reading; neither a link nor a FIFO (which would block) is taken. */
async function openRegular(path: string): Promise<Result<FileHandle, Problem>> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await file.stat()).isFile()) return ok(file);
  await file.close();
  return problem('FILE_NOT_REGULAR', `${path} is not a regular file`);
}

const sha256: Files['sha256'] = (path, signal) =>
  attempt(path, async () => {
    const opened = await openRegular(path);
    if (!opened.ok) return opened;
    const hash = createHash('sha256');
    // The stream closes the file at its end and when the loop is left.
    for await (const chunk of opened.value.createReadStream({ highWaterMark: blockBytes })) {
      if (signal?.aborted) return problem('CANCELLED', `hashing ${path} was cancelled`);
      hash.update(chunk as Buffer);
    }
    return ok(hash.digest('hex') as Sha256);
  });

const read: Files['read'] = (path, maxBytes) =>
  attempt(path, async () => {
    const opened = await openRegular(path);
    if (!opened.ok) return opened;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of opened.value.createReadStream({ highWaterMark: blockBytes })) {
      size += (chunk as Buffer).length;
      if (size > maxBytes) return problem('FILE_TOO_LARGE', `${path} is larger than ${maxBytes} bytes`);
      chunks.push(chunk as Buffer);
    }
    return ok(new Uint8Array(Buffer.concat(chunks)));
  });

const openStream: Files['open'] = (path) =>
  attempt(path, async (): Promise<Result<Readable, Problem>> => {
    const opened = await openRegular(path);
    return opened.ok ? ok(opened.value.createReadStream({ highWaterMark: blockBytes })) : opened;
  });

const walk: Files['walk'] = (path, maxFiles) =>
  attempt(path, async () => {
    const files: string[] = [];
    const open = [path];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const stats = await lstat(next, { bigint: true });
      if (stats.isDirectory()) for (const name of await readdir(next)) open.push(join(next, name));
      else if (stats.isFile()) files.push(next);
      else return problem(stats.isSymbolicLink() ? 'FILE_SYMLINK' : 'FILE_NOT_REGULAR', `${next} is no file`);
      if (files.length + open.length > maxFiles)
        return problem('FILE_TOO_LARGE', `${path} holds more than ${maxFiles} files`);
    }
    return ok(files.sort());
  });

const space: Files['space'] = (path) =>
  attempt(path, async () => {
    const fs = await statfs(path, { bigint: true });
    return ok({
      freeBytes: Number(fs.bavail * fs.bsize),
      totalBytes: Number(fs.blocks * fs.bsize),
      freeInodes: Number(fs.ffree),
    });
  });

/** The real file system. */
export function createFiles(): Files {
  return {
    stageFolder,
    stageFile,
    stageFilled,
    publish,
    remove,
    ensureFolder,
    facts,
    exists: existsSync,
    space,
    sha256,
    read,
    open: openStream,
    walk,
    writableByOthers: (path) =>
      attempt(path, async () => ok(othersMayWrite(await lstat(path, { bigint: true })))),
    nonce: () => randomBytes(16).toString('hex'),
  };
}
