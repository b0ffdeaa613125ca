import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import { open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Sha256 } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { reserveSuffix } from '../../ports/append-file.js';
import type { AddedStatement, BundleEntry, BundleFiles } from '../../ports/bundle-files.js';
import { draftName } from '../../ports/bundle-files.js';
import type { Problem } from '../../text/problem.js';
import { addSigned } from '../add-signed.js';
import { writeDraft } from '../draft.js';
import { makeFolders } from '../make-folders.js';
import { syncFolder } from '../sync-folder.js';

/** More entries than any run makes; a folder beyond it isn't a bundle. */
const maxEntries = 200_000;
const maxDepth = 32;
// Without O_NONBLOCK a FIFO in a file's place would hold the reader for ever.
const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The bundle in this folder. */
export function bundleFiles(folder: string): BundleFiles {
  const at = (relative: string) => path.join(folder, relative);
  return {
    list: () => attempt('BUNDLE_UNREADABLE', folder, () => listEntries(folder)),
    read: (relative, limitBytes) => readWhole(at(relative), limitBytes),
    removeEmpty: (relative) =>
      attempt('BUNDLE_UNWRITABLE', at(relative), async () => {
        await rmdir(at(relative));
        return null;
      }),
    removeDrafts: (relative) => attempt('BUNDLE_UNWRITABLE', at(relative), () => removeDrafts(at(relative))),
    sha256: (relative) => attempt('BUNDLE_UNREADABLE', at(relative), () => hashFile(at(relative))),
    write: (relative, content) =>
      attempt('BUNDLE_UNWRITABLE', at(relative), () => writeWhole(at(relative), content)),
    add: (relative, statement) => addNew(at(relative), statement),
  };
}

const notThere: Readonly<Record<string, string | undefined>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not there: what should be a folder is a file',
};

async function attempt<T>(code: string, where: string, work: () => Promise<T>): Promise<Result<T, Problem>> {
  try {
    return ok(await work());
  } catch (error) {
    const { code: reason, message } = error as NodeJS.ErrnoException;
    if (code === 'BUNDLE_UNWRITABLE') return err({ code, message: `${where}: ${message}` });
    const missing = notThere[reason ?? ''];
    if (missing !== undefined)
      return err({
        code: 'BUNDLE_MISSING',
        message: `${where} ${missing}`,
        next: 'gatebook runs   lists the bundles of this state folder',
      });
    // Without a reason of the system, or with that of O_NOFOLLOW, something else stands in a file's place.
    if (reason === undefined || reason === 'ELOOP')
      return err({ code: 'BUNDLE_REFUSED', message: `${where}: ${message}` });
    // `, open '/the/path'` at its end says nothing new.
    return err({ code, message: `${where} can't be read: ${message.replace(/, \w+(?: '.*')?$/s, '')}` });
  }
}

async function listEntries(folder: string): Promise<readonly BundleEntry[]> {
  const entries: BundleEntry[] = [];
  let seen = 0;
  const walk = async (relative: string, depth: number): Promise<void> => {
    if (depth > maxDepth) throw new Error(`folders are nested deeper than ${maxDepth}`);
    const inside = await readdir(path.join(folder, relative), { withFileTypes: true });
    seen += inside.length;
    if (seen > maxEntries) throw new Error(`more than ${maxEntries} files and folders`);
    if (inside.length === 0 && depth > 0) entries.push({ path: relative, kind: 'folder' });
    for (const entry of inside) {
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) await walk(name, depth + 1);
      else entries.push({ path: name, kind: kindOf(entry) });
    }
  };
  await walk('', 0);
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function kindOf(entry: Dirent): BundleEntry['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

async function readWhole(file: string, limitBytes: number): Promise<Result<Uint8Array, Problem>> {
  const read = await attempt('BUNDLE_UNREADABLE', file, async () => {
    const handle = await open(file, readOnly);
    try {
      const found = await handle.stat();
      if (!found.isFile()) throw new Error('not a regular file');
      return found.size > limitBytes ? null : await handle.readFile();
    } finally {
      await handle.close();
    }
  });
  if (!read.ok) return read;
  if (read.value !== null) return ok(read.value);
  return err({
    code: 'BUNDLE_TOO_LARGE',
    message: `${file} is larger than the limit of ${limitBytes} bytes`,
  });
}

async function hashFile(file: string): Promise<Sha256> {
  const handle = await open(file, readOnly);
  try {
    if (!(await handle.stat()).isFile()) throw new Error('not a regular file');
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex') as Sha256;
  } finally {
    await handle.close();
  }
}

async function writeWhole(file: string, content: string): Promise<null> {
  await rename(await writeDraft(file, content), file);
  await syncFolder(path.dirname(file));
  return null;
}

async function removeDrafts(folder: string): Promise<null> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isFile() && (draftName.test(entry.name) || entry.name.endsWith(reserveSuffix)))
      await rm(path.join(folder, entry.name), { force: true });
  return null;
}

async function addNew(file: string, statement: AddedStatement): Promise<Result<null, Problem>> {
  const added = await attempt('BUNDLE_UNWRITABLE', file, async () => {
    makeFolders(path.dirname(file));
    const isNew = await addSigned(file, statement);
    await syncFolder(path.dirname(path.dirname(file)));
    return isNew;
  });
  if (!added.ok) return added;
  return added.value ? ok(null) : err({ code: 'BUNDLE_FILE_EXISTS', message: `${file} is there already` });
}
