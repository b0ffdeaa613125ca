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
import { checkParent, syncFolder } from './folders.js';
import { attempt, errno, problem } from './problems.js';

/** Where a thing is made before it gets its name: beside it, so that giving the name is one step. */
export const stagedPath = ({ path, nonce }: Owned): string => join(dirname(path), `.gatebook-${nonce}`);

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errno(error) === 'ENOENT') return false;
    throw error;
  }
}

const taken = (path: string) =>
  problem('FILE_EXISTS', `${path} exists already`, 'nothing is ever written over: choose another name');

/** The place of a new thing: a checked parent, a proper name, and nothing there yet. */
export async function place(
  path: string,
  nonce: string,
  type: Owned['type'],
): Promise<Result<Owned, Problem>> {
  const parent = await checkParent(path);
  if (!parent.ok) return parent;
  const owned = { type, path: join(parent.value, basename(path)), nonce };
  return (await exists(owned.path)) ? taken(path) : ok(owned);
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

export const stageFile: Files['stageFile'] = (path, nonce, content, options = {}) =>
  attempt(`file ${path}`, async () => {
    const placed = await place(path, nonce, 'file');
    if (!placed.ok) return placed;
    const source =
      content instanceof Readable ? content : Readable.from([Buffer.from(content)], { objectMode: false });
    const staged = stagedPath(placed.value);
    const file = await open(staged, 'wx', 0o600);
    try {
      const written = await copyInto(file, source, options.maxBytes ?? Number.MAX_SAFE_INTEGER);
      if (options.mode !== undefined) await file.chmod(options.mode);
      await file.sync();
      const stats = await file.stat({ bigint: true });
      return ok({ ...placed.value, device: String(stats.dev), inode: String(stats.ino), ...written });
    } catch (error) {
      await unlink(staged);
      if (error instanceof TooLarge)
        return problem('FILE_TOO_LARGE', `${path} would be larger than ${options.maxBytes} bytes`);
      throw error;
    } finally {
      await file.close();
    }
  });

/**
 * A file gets its name by link and unlink, because rename would replace what has come there meanwhile. A folder
 * is renamed: that replaces nothing but an empty folder.
 */
export const publish: Files['publish'] = (staged) =>
  attempt(`publishing ${staged.path}`, async () => {
    const from = stagedPath(staged);
    if (staged.type === 'folder') {
      if (await exists(staged.path)) return taken(staged.path);
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
