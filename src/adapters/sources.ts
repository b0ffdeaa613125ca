import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { isPlainPath } from '../base/plain-path.js';
import { err, ok, type Result } from '../base/result.js';
import { messageOf } from '../base/thrown.js';
import type { Project, SourceBytes, Sources } from '../ports/sources.js';
import type { Problem } from '../text/problem.js';

const SETTINGS = 'gatebook.yaml';
const WRITABLE_BY_OTHERS = 0o002;

const failure = (code: string, message: string, next?: string): Result<never, Problem> =>
  err({ code, message, ...(next !== undefined && { next }) });

/**
 * Reads the files of a project for the person who stands in `cwd`. Nothing else happens meanwhile, so the calls are
 * synchronous: a dozen for each file, which by way of other threads take longer than the rest of the work.
 */
export function projectSources(cwd: string): Sources {
  return {
    project: (path) => Promise.resolve(reading(path, () => findProject(cwd, path))),
    today: new Date().toISOString().slice(0, 10),
  };
}

function findProject(cwd: string, path: string): Result<Project, Problem> {
  const asked = resolve(cwd, path);
  const folder = folderOf(asked, path);
  if (!folder.ok) return folder;
  const settings = findSettings(folder.value);
  const root = settings ?? folder.value;
  const refusal = refuseWritable(statSync(root), root);
  if (refusal) return refusal;
  return ok({
    root,
    entry: toPortable(relative(root, join(folder.value, basename(asked)))),
    hasSettings: settings !== null,
    shown: (inside) => shownFrom(cwd, join(root, inside)),
    read: (inside, maxBytes) => Promise.resolve(reading(inside, () => readInside(root, inside, maxBytes))),
  });
}

/** What the system refuses where nothing else says so: a disk that fails, a folder that goes meanwhile. */
function reading<T>(path: string, work: () => Result<T, Problem>): Result<T, Problem> {
  try {
    return work();
  } catch (error) {
    return failure('GB3006', `${path} can't be read: ${messageOf(error)}`);
  }
}

/** The folder of a file that was named on the command line. */
function folderOf(asked: string, path: string): Result<string, Problem> {
  try {
    if (statSync(asked).isDirectory())
      return failure('GB3005', `${asked} is a folder`, 'name the file of a runbook');
    return ok(realpathSync.native(dirname(asked)));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? failure('GB3001', `${path} doesn't exist`, `it is looked for as ${asked}`)
      : failure('GB3006', `${path} can't be read: ${message}`, `look at the way to it: namei -l ${path}`);
  }
}

/** Upward from the folder, ending at the repository's top. */
function findSettings(folder: string): string | null {
  for (let current = folder; ; current = dirname(current)) {
    if (attempt(() => lstatSync(join(current, SETTINGS))) !== null) return current;
    if (attempt(() => lstatSync(join(current, '.git'))) !== null) return null;
    if (dirname(current) === current) return null;
  }
}

function readInside(root: string, path: string, maxBytes: number): Result<SourceBytes, Problem> {
  if (isAbsolute(path) || path.includes('\0') || escapes(root, resolve(root, path))) return outside(path);
  if (!isPlainPath(`source/${path}`)) return notPlain(path);
  const real = attempt(() => realpathSync.native(join(root, path)));
  if (real === null) return missing(path);
  if (escapes(root, real)) return outside(path);
  for (let folder = dirname(real); folder.length >= root.length; folder = dirname(folder)) {
    const refusal = refuseWritable(statSync(folder), folder);
    if (refusal) return refusal;
    if (dirname(folder) === folder) break;
  }
  return readRegularFile(real, path, maxBytes);
}

function readRegularFile(real: string, path: string, maxBytes: number): Result<SourceBytes, Problem> {
  // Without blocking on a FIFO, and never through a link that was put there since the path was resolved.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = attempt(() => openSync(real, flags));
  if (fd === null) {
    return failure('GB3006', `${path} can't be read`, `check who may read it: ls -l ${path}`);
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return failure('GB3005', `${path} is not a regular file`);
    const refusal = refuseWritable(stats, path);
    if (refusal) return refusal;
    if (stats.size > maxBytes) return tooLarge(path, stats.size, maxBytes);
    const bytes = new Uint8Array(stats.size + 1);
    let length = 0;
    while (length < bytes.length) {
      const bytesRead = readSync(fd, bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > stats.size) return failure('GB3006', `${path} grew while it was read`);
    return ok({ path: toPortable(path), bytes: bytes.subarray(0, length) });
  } finally {
    closeSync(fd);
  }
}

const missing = (path: string): Result<never, Problem> =>
  failure(
    'GB3001',
    `${path} doesn't exist`,
    'paths are relative to the project, see gatebook explain GB3001',
  );

const outside = (path: string): Result<never, Problem> =>
  failure('GB3003', `${path} leads outside the project`, 'move the file into the project');

/** It would stand in the evidence under another name than the plan's, or couldn't be sealed at all. */
export function notPlain(path: string): Result<never, Problem> {
  const better = posix.normalize(path);
  return failure(
    'GB3010',
    `${JSON.stringify(path)} is no name that the evidence can hold`,
    isPlainPath(`source/${better}`)
      ? `write ${better}`
      : "its path from the project's folder, without backslash or control character, in 32 folders at most",
  );
}

const tooLarge = (path: string, size: number, max: number): Result<never, Problem> =>
  failure('GB3002', `${path} has ${String(size)} bytes; at most ${String(max)} are read`);

function refuseWritable(stats: Stats, path: string): Result<never, Problem> | null {
  if (process.platform === 'win32' || (stats.mode & WRITABLE_BY_OTHERS) === 0) return null;
  return failure('GB3004', `${path} can be written by others`, `chmod o-w ${path}`);
}

const escapes = (root: string, path: string): boolean =>
  path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep);

const toPortable = (path: string): string => path.split(sep).join('/');

function shownFrom(cwd: string, absolute: string): string {
  const short = relative(cwd, absolute) || '.';
  return toPortable(short.startsWith(join('..', '..', '..')) ? absolute : short);
}

function attempt<T>(operation: () => T): T | null {
  try {
    return operation();
  } catch {
    return null;
  }
}
