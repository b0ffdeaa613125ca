import { createHash } from 'node:crypto';
import { chmod, link, lstat, mkdir, open, rename, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Sha256 } from '../../base/ids.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { ownerMark } from '../../ports/files.js';
import type { Files, Owned, Staged } from '../../ports/files.js';
import type { Problem } from '../../text/problem.js';
import { errno } from '../errno.js';
import { statIfThere } from '../stat-if-there.js';
import { syncFolder } from '../sync-folder.js';
import { checkParent } from './folders.js';
import { attempt, problem } from './problems.js';

/** Where a thing is made before it gets its name: beside it, so that giving the name is one step. */
export const stagedPath = ({ path, nonce }: Owned): string => join(dirname(path), `.gatebook-${nonce}`);

const taken = (path: string) =>
  problem('FILE_EXISTS', `${path} exists already`, 'nothing is ever written over: choose another name');

/** The place of a new thing: a checked parent, a proper name, and nothing there yet. */
async function place(path: string, nonce: string, type: Owned['type']): Promise<Result<Owned, Problem>> {
  const parent = await checkParent(path);
  if (!parent.ok) return parent;
  const owned = { type, path: join(parent.value, basename(path)), nonce };
  return (await statIfThere(owned.path)) ? taken(path) : ok(owned);
}

export function stageFolder(path: string, nonce: string, mode = 0o700): Promise<Result<Staged, Problem>> {
  return attempt(`folder ${path}`, async () => {
    const placed = await place(path, nonce, 'folder');
    if (!placed.ok) return placed;
    const staged = stagedPath(placed.value);
    await mkdir(staged, { mode: 0o700 });
    await writeFile(join(staged, ownerMark), `${nonce}\n`, { flag: 'wx', mode: 0o600, flush: true });
    if (mode !== 0o700) await chmod(staged, mode);
    await syncFolder(staged);
    const stats = await lstat(staged, { bigint: true });
    return ok({ ...placed.value, device: String(stats.dev), inode: String(stats.ino) });
  });
}

class TooLarge extends Error {}

async function copyInto(file: FileHandle, content: Readable, maxBytes: number) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of content as AsyncIterable<string | Uint8Array>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw new TooLarge();
    hash.update(bytes);
    await file.writeFile(bytes);
  }
  return { sha256: hash.digest('hex') as Sha256, sizeBytes };
}

/** A new file under its staged name: written and on the disk, or, where `write` fails or throws, not there. */
export async function stageNew<W extends object, P extends Problem>(
  path: string,
  nonce: string,
  write: (file: FileHandle) => Promise<Result<W, P>>,
): Promise<Result<Staged & W, P | Problem>> {
  const placed = await place(path, nonce, 'file');
  if (!placed.ok) return placed;
  const staged = stagedPath(placed.value);
  const file = await open(staged, 'wx+', 0o600);
  let kept = false;
  try {
    const written = await write(file);
    if (!written.ok) return written;
    await file.sync();
    const stats = await file.stat({ bigint: true });
    kept = true;
    return ok({ ...placed.value, device: String(stats.dev), inode: String(stats.ino), ...written.value });
  } finally {
    try {
      if (!kept) await unlink(staged);
    } finally {
      await file.close();
    }
  }
}

export const stageFile: Files['stageFile'] = (path, nonce, content, options = {}) =>
  attempt(`file ${path}`, () =>
    stageNew(path, nonce, async (file) => {
      const source =
        content instanceof Readable ? content : Readable.from([Buffer.from(content)], { objectMode: false });
      try {
        const written = await copyInto(file, source, options.maxBytes ?? Number.MAX_SAFE_INTEGER);
        if (options.mode !== undefined) await file.chmod(options.mode);
        return ok(written);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        return problem('FILE_TOO_LARGE', `${path} would be larger than ${options.maxBytes} bytes`);
      }
    }),
  ).finally(() => {
    // One that was never read holds a file open.
    if (content instanceof Readable) content.destroy();
  });

/**
 * A file gets its name by link and unlink, because rename would replace what has come there meanwhile. A folder
 * is renamed: that replaces nothing but an empty folder.
 */
export const publish: Files['publish'] = (staged) =>
  attempt(`publishing ${staged.path}`, async () => {
    const from = stagedPath(staged);
    if (staged.type === 'folder') {
      if (await statIfThere(staged.path)) return taken(staged.path);
      try {
        await rename(from, staged.path);
      } catch (error) {
        if (errno(error) === 'ENOTEMPTY' || errno(error) === 'ENOTDIR') return taken(staged.path);
        throw error;
      }
    } else {
      await link(from, staged.path);
      await unlink(from);
    }
    await syncFolder(dirname(staged.path));
    return ok(null);
  });
