import { randomBytes } from 'node:crypto';
import { link, lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Problem } from '../../text/problem.js';
import { writeSynced } from '../draft.js';
import { errno } from '../errno.js';
import { syncFolder } from '../sync-folder.js';

/**
 * Exclusive, whole and on disk with its name, or not at all: who dies while writing, or finds the disk full, leaves a
 * draft that nobody reads, and never a claim without a holder or half a switch. EEXIST where the name is taken.
 */
export async function createFile(path: string, content: string): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${randomBytes(8).toString('hex')}`);
  try {
    await writeSynced(draft, content, 0o600);
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(folder);
}

/** Longer than anybody takes from a draft to its name, on whatever clock the disk goes by. */
const oldMs = 24 * 60 * 60 * 1000;

/** Ours, and those of a revocation and its signature. No claim has such a name, whatever its target is called. */
const drafts = /^(?:\.[0-9a-f]{16}|[0-9a-f]{32,64}\.revoked(?:\.sig)?\.[0-9a-f]{12}\.tmp)$/;

/** Takes away the drafts in a folder whose writers were killed long ago. That it can't is nobody's concern. */
export async function removeOldDrafts(folder: string): Promise<void> {
  if ((await lstat(folder).catch(() => null))?.isDirectory() !== true) return;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!drafts.test(name)) continue;
    const facts = await lstat(join(folder, name)).catch(() => null);
    if (facts?.isFile() === true && Date.now() - facts.mtimeMs > oldMs)
      await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** As `createFile`; false where the name is taken. */
export async function createIfNew(path: string, content: string): Promise<boolean> {
  try {
    await createFile(path, content);
    return true;
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw error;
  }
}

const full = 'make room on that disk, then call it again';
const advice: Readonly<Record<string, string | undefined>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: 'see why that disk can only be read (dmesg), mount it for writing, then call it again',
  EIO: 'see what is wrong with that disk (dmesg), then call it again',
};

/** What to do about the disk, where the system's error is about one. */
export const diskAdvice = (error: unknown): string | undefined => advice[errno(error) ?? ''];

export const io = (what: string, error: unknown): Problem => {
  const next = diskAdvice(error);
  return {
    code: 'STATE_IO',
    message: `${what}: ${messageOf(error)}`,
    ...(next !== undefined && { next }),
  };
};

/** What may fail as writing does, its failure as a value. */
export async function writing(what: string, work: () => Promise<unknown>): Promise<Result<null, Problem>> {
  try {
    await work();
    return ok(null);
  } catch (error) {
    return err(io(what, error));
  }
}
