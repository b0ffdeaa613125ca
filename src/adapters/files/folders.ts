import { lstat, mkdir, realpath } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';
import { errno } from '../errno.js';
import { syncFolder } from '../sync-folder.js';
import { isUnmapped } from './owners.js';
import { attempt, problem } from './problems.js';

const groupWrite = 0o020n;
const worldWrite = 0o002n;
const sticky = 0o1000n;

/**
 * Whether others than the owner and root may change it. A group whose number is its owner's user number is that
 * user's own (Debian and most others make one for each user, with umask 002), so its write bit tells nothing.
 */
export function othersMayWrite(stats: BigIntStats): boolean {
  const ownGroup = stats.gid === stats.uid && !isUnmapped(stats.uid);
  const group = (stats.mode & groupWrite) !== 0n && !ownGroup;
  return group || (stats.mode & worldWrite) !== 0n;
}

/** A folder that we may build in: real, ours or root's, and not open to others (but for a sticky one). */
function checkFolder(path: string, stats: BigIntStats): Result<null, Problem> {
  if (stats.isSymbolicLink()) return problem('FILE_SYMLINK', `${path} is a symbolic link`);
  if (!stats.isDirectory()) return problem('FILE_NOT_REGULAR', `${path} is not a folder`);
  const uid = BigInt(process.getuid?.() ?? 0);
  if (stats.uid !== uid && stats.uid !== 0n && !isUnmapped(stats.uid))
    return problem('FILE_UNSAFE_FOLDER', `${path} belongs to another user (${stats.uid})`);
  if (othersMayWrite(stats) && (stats.mode & sticky) === 0n)
    return problem('FILE_UNSAFE_FOLDER', `others may write in ${path}`, `chmod go-w ${path}`);
  return ok(null);
}

/** Checks every folder from the file system's root down to `path`, following no link. */
async function checkWay(path: string): Promise<Result<null, Problem>> {
  let folder = '/';
  for (const name of path.split(sep).filter((n) => n !== '')) {
    folder = join(folder, name);
    const checked = checkFolder(folder, await lstat(folder, { bigint: true }));
    if (!checked.ok) return checked;
  }
  return ok(null);
}

/** `path`'s parent, checked; macOS' own links (/tmp, /var) at the top are resolved first. */
export async function checkParent(path: string): Promise<Result<string, Problem>> {
  const parent = dirname(resolve(path));
  const top = process.platform === 'darwin' ? /^\/(?:tmp|var|etc)(?=\/|$)/.exec(parent)?.[0] : undefined;
  const real = top === undefined ? parent : join(await realpath(top), parent.slice(top.length));
  const checked = await checkWay(real);
  return checked.ok ? ok(real) : checked;
}

/** Makes what is missing between `root` and `path`, 0700 each; what exists must be safe. */
export async function ensureFolder(path: string, root: string): Promise<Result<null, Problem>> {
  return attempt(`folder ${path}`, async () => {
    const way = relative(root, resolve(path));
    if (way === '..' || way.startsWith(`..${sep}`))
      return problem('FILE_UNSAFE_FOLDER', `${path} is not inside ${root}`);
    let folder = root;
    for (const name of way.split(sep).filter((n) => n !== '')) {
      const parent = folder;
      folder = join(parent, name);
      try {
        await mkdir(folder, { mode: 0o700 });
        await syncFolder(parent);
      } catch (error) {
        if (errno(error) !== 'EEXIST') throw error;
      }
      const checked = checkFolder(folder, await lstat(folder, { bigint: true }));
      if (!checked.ok) return checked;
    }
    return ok(null);
  });
}
