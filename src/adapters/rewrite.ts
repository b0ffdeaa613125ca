import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '../base/result.js';
import { messageOf } from '../base/thrown.js';
import type { Problem } from '../text/problem.js';
import { syncFolder } from './sync-folder.js';

/**
 * Puts new bytes in the place of a file's present ones: whole or not at all, with its mode and owner, never through a
 * symbolic link, and only while it still holds `before`.
 * Problems: FILE_SYMLINK, FILE_NOT_REGULAR, FILE_CHANGED, FILE_IO.
 */
export async function replaceFile(
  path: string,
  before: Uint8Array,
  after: Uint8Array,
): Promise<Result<null, Problem>> {
  try {
    return await replace(resolve(path), path, before, after);
  } catch (error) {
    const reason = messageOf(error);
    return err({ code: 'FILE_IO', message: `${path} couldn't be written: ${reason}` });
  }
}

async function replace(
  path: string,
  shown: string,
  before: Uint8Array,
  after: Uint8Array,
): Promise<Result<null, Problem>> {
  const folder = dirname(path);
  const facts = await lstat(path);
  if (facts.isSymbolicLink() || (await realpath(folder)) !== folder) {
    const next = 'name the file itself';
    return err({ code: 'FILE_SYMLINK', message: `${shown} is reached through a symbolic link`, next });
  }
  if (!facts.isFile()) return err({ code: 'FILE_NOT_REGULAR', message: `${shown} is not a regular file` });
  const staged = join(folder, `.${basename(path)}.${randomBytes(8).toString('hex')}`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const handle = await open(staged, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(after);
    const own = await handle.stat();
    if (own.uid !== facts.uid || own.gid !== facts.gid) await handle.chown(facts.uid, facts.gid);
    await handle.chmod(facts.mode & 0o7777);
    await handle.sync();
    const now = await lstat(path);
    const same =
      now.ino === facts.ino && now.dev === facts.dev && Buffer.compare(await readFile(path), before) === 0;
    if (!same) {
      const next = 'run it again';
      return err({ code: 'FILE_CHANGED', message: `${shown} was changed by somebody else meanwhile`, next });
    }
    await rename(staged, path);
  } finally {
    await handle.close();
    await rm(staged, { force: true });
  }
  await syncFolder(folder);
  return ok(null);
}
