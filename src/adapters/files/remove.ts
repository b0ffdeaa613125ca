import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { ownerMark } from '../../ports/files.js';
import type { Files, Owned } from '../../ports/files.js';
import type { Problem } from '../../text/problem.js';
import { isEmpty, removeMarked } from '../remove-marked.js';
import { statIfThere } from '../stat-if-there.js';
import { syncFolder } from '../sync-folder.js';
import { stagedPath } from './make.js';
import { attempt, problem } from './problems.js';

const blockBytes = 1 << 16;

/** A file that only its owner could read held something secret: its blocks are overwritten before they are freed. */
async function overwrite(path: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    const zeros = Buffer.alloc(blockBytes);
    for (let at = 0; at < size; at += blockBytes)
      await file.write(zeros, 0, Math.min(blockBytes, size - at), at);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function markIn(folder: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, ownerMark), 'utf8')).trim();
  } catch {
    return null;
  }
}

/** Whether what stands at the final name is what we made: device and inode, and the mark of a folder. */
async function isOurs(owned: Owned, stats: BigIntStats): Promise<boolean> {
  const type = owned.type === 'folder' ? stats.isDirectory() : stats.isFile();
  if (!type) return false;
  const identity =
    owned.device === undefined
      ? null
      : String(stats.dev) === owned.device && String(stats.ino) === owned.inode;
  if (owned.type === 'file') return identity === true;
  if (identity !== false && (await markIn(owned.path)) === owned.nonce) return true;
  // Its remover may have died between its last two steps.
  return identity === true && (await isEmpty(owned.path));
}

async function destroy(path: string, stats: BigIntStats): Promise<void> {
  if (stats.isDirectory()) return removeMarked(path, ownerMark);
  // Where that can't be done (a full disk that copies on write), it is the more to go.
  if (stats.isFile() && (stats.mode & 0o777n) === 0o600n && stats.nlink === 1n)
    await overwrite(path).catch(() => undefined);
  await unlink(path);
}

/** See `Files.remove`. The staged name holds 128 random bits, so what bears it is ours. */
export const remove: Files['remove'] = (owned) =>
  attempt(`removing ${owned.path}`, async (): Promise<Result<string, Problem>> => {
    const staged = stagedPath(owned);
    const half = await statIfThere(staged);
    const whole = await statIfThere(owned.path);
    // While the file has both names, the staged one goes first and unwiped.
    if (half)
      await (whole && half.ino === whole.ino && half.isFile() ? unlink(staged) : destroy(staged, half));
    const last = await statIfThere(owned.path);
    if (last && (await isOurs(owned, last))) await destroy(owned.path, last);
    else if (last && owned.device !== undefined)
      return problem(
        'FILE_NOT_OURS',
        `${owned.path} is not what this run made (device, inode or mark differ)`,
      );
    if (half || last) await syncFolder(dirname(owned.path));
    if (await statIfThere(staged)) return problem('FILE_IO', `${staged} is still there`);
    if (last && owned.device === undefined && (await statIfThere(owned.path)))
      return ok(`${owned.path} was never made by this run`);
    return (await statIfThere(owned.path))
      ? problem('FILE_IO', `${owned.path} is still there`)
      : ok(`no file at ${owned.path}`);
  });
