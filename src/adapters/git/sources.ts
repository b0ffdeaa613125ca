import { realpath } from 'node:fs/promises';
import { basename, dirname, posix, resolve } from 'node:path';
import { isPlainPath } from '../../base/plain-path.js';
import { err, ok, type Result } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { Project, SourceBytes, Sources } from '../../ports/sources.js';
import type { Problem } from '../../text/problem.js';
import { notPlain } from '../sources.js';
import { commitOf, isRefLike } from './commit.js';
import { git } from './run.js';

const SETTINGS = 'gatebook.yaml';

/** A commit of the repository that holds a file of the work tree. */
export interface Revision {
  /** As a person wrote it: `main`, `HEAD~2`. */
  readonly ref: string;
  /** The whole object id. */
  readonly commit: string;
  /** The runbook's path from the repository's top, and whether it is another than today's. */
  readonly path: string;
  readonly renamed: boolean;
  /** The files as they were in it. */
  readonly sources: Sources;
}

/**
 * The project of a runbook as it was at a ref; where the ref has no file of that name, that of the one file with the
 * runbook's `id`: a file that is renamed is compared all the same. Problems: REF_MALFORMED, REF_UNKNOWN,
 * REF_AMBIGUOUS, NO_REPOSITORY, GIT_MISSING, GIT_FAILED.
 */
export async function revisionOf(
  cwd: string,
  { path, id }: { readonly path: string; readonly id: string },
  ref: string,
): Promise<Result<Revision, Problem>> {
  if (!isRefLike(ref))
    return err({
      code: 'REF_MALFORMED',
      message: `${JSON.stringify(cut(ref, 80))} is neither a file nor a git ref`,
      next: 'name a branch, tag or commit, or another runbook file',
    });
  const asked = resolve(cwd, path);
  const folder = await realpath(dirname(asked)).catch(() => null);
  if (folder === null) return err({ code: 'GB3001', message: `${path} doesn't exist` });
  const [top, prefix] = [await place(folder, '--show-toplevel'), await place(folder, '--show-prefix')];
  if (!top.ok || !prefix.ok)
    return !top.ok && top.error.code === 'GIT_MISSING'
      ? top
      : err({
          code: 'NO_REPOSITORY',
          message: `${path} is in no git repository, so there is nothing at ${ref} to compare it with`,
          next: 'compare with a file: --against OTHER.yaml',
        });
  const commit = await commitOf(top.value, ref);
  if (!commit.ok) return commit;
  const today = await dayOf(top.value, commit.value);
  if (!today.ok) return today;
  const entry = await fileOf(top.value, commit.value, `${prefix.value}${basename(asked)}`, id);
  if (!entry.ok) return entry;
  return ok({
    ref,
    commit: commit.value,
    ...entry.value,
    sources: {
      project: () => projectAt(top.value, commit.value, ref, entry.value.path),
      today: today.value,
    },
  });
}

/** One line of `rev-parse`, whose name may hold newlines of its own. */
async function place(folder: string, which: string): Promise<Result<string, Problem>> {
  const said = await git(folder, ['rev-parse', which]);
  return said.ok ? ok(said.value.toString('utf8').replace(/\n$/, '')) : said;
}

/** Under its own name, or under the one name that the runbook had there; its own where there is no such runbook. */
async function fileOf(
  top: string,
  commit: string,
  path: string,
  id: string,
): Promise<Result<Pick<Revision, 'path' | 'renamed'>, Problem>> {
  const same = { path, renamed: false };
  const own = await entryAt(top, commit, path);
  if (!own.ok) return own;
  if (own.value !== null) return ok(same);
  const pattern = `^id:[[:space:]]*["']?${id.replaceAll('.', '[.]')}["']?[[:space:]]*(#.*)?$`;
  const found = await git(top, ['grep', '-a', '-l', '-z', '--no-textconv', '-E', '-e', pattern, commit]);
  // Nothing found is a failure for git grep, too.
  if (!found.ok) return ok(same);
  const files = found.value
    .toString('utf8')
    .split('\0')
    .map((name) => name.slice(commit.length + 1))
    .filter((name) => /\.ya?ml$/.test(name));
  const [only, ...others] = files;
  return ok(only === undefined || others.length > 0 ? same : { path: only, renamed: true });
}

/** The day of the commit: a waiver that has ended since held on it. Read as it is stored: `git show` could run gpg. */
async function dayOf(top: string, commit: string): Promise<Result<string, Problem>> {
  const object = await git(top, ['cat-file', 'commit', commit]);
  if (!object.ok) return object;
  const seconds = Number(
    /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(object.value.toString('utf8'))?.[1] ?? '0',
  );
  return ok(new Date(seconds * 1000).toISOString().slice(0, 10));
}

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly object: string;
  readonly bytes: number;
}

/** What the commit holds under exactly this path. */
async function entryAt(top: string, commit: string, path: string): Promise<Result<Entry | null, Problem>> {
  const listed = await git(top, ['ls-tree', '-z', '-l', '--full-tree', '--end-of-options', commit, path]);
  if (!listed.ok) return listed;
  for (const line of listed.value.toString('utf8').split('\0')) {
    const [, mode, type, object, bytes, name] =
      /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t([^]*)$/.exec(line) ?? [];
    if (name === path && mode !== undefined && type !== undefined && object !== undefined)
      return ok({ mode, type, object, bytes: Number(bytes) });
  }
  return ok(null);
}

/** The project as the runner finds it on disk: upward from the runbook to the repository's top. */
async function projectAt(
  top: string,
  commit: string,
  ref: string,
  entry: string,
): Promise<Result<Project, Problem>> {
  const own = await entryAt(top, commit, entry);
  if (!own.ok) return own;
  if (own.value === null) return missing(entry, ref);
  const root = await settingsFolder(top, commit, posix.dirname(entry));
  if (!root.ok) return root;
  const folder = root.value ?? posix.dirname(entry);
  const below = (path: string): string => (folder === '.' ? path : `${folder}/${path}`);
  return ok({
    root: top,
    entry: posix.relative(folder, entry),
    hasSettings: root.value !== null,
    shown: (path) => `${ref}:${below(path)}`,
    read: (path, maxBytes) => readAt({ top, commit, ref }, { path, whole: below(path), folder }, maxBytes),
  });
}

async function settingsFolder(
  top: string,
  commit: string,
  from: string,
): Promise<Result<string | null, Problem>> {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const found = await entryAt(top, commit, folder === '.' ? SETTINGS : `${folder}/${SETTINGS}`);
    if (!found.ok) return found;
    if (found.value !== null) return ok(folder);
    if (folder === '.') return ok(null);
  }
}

async function readAt(
  { top, commit, ref }: { readonly top: string; readonly commit: string; readonly ref: string },
  { path, whole, folder }: { readonly path: string; readonly whole: string; readonly folder: string },
  maxBytes: number,
): Promise<Result<SourceBytes, Problem>> {
  const normal = posix.normalize(whole);
  const within = folder === '.' ? !normal.startsWith('..') : normal.startsWith(`${folder}/`);
  if (posix.isAbsolute(path) || path.includes('\0') || !within)
    return err({ code: 'GB3003', message: `${path} leads outside the project` });
  if (!isPlainPath(`source/${path}`)) return notPlain(path);
  const entry = await entryAt(top, commit, normal);
  if (!entry.ok) return entry;
  if (entry.value === null) return missing(path, ref);
  const { mode, type, object, bytes } = entry.value;
  if (type !== 'blob' || !mode.startsWith('100'))
    return err({ code: 'GB3005', message: `${path} was not a regular file at ${ref}` });
  if (bytes > maxBytes)
    return err({
      code: 'GB3002',
      message: `${path} had ${bytes} bytes at ${ref}; at most ${maxBytes} are read`,
    });
  const content = await git(top, ['cat-file', 'blob', object], maxBytes + 1);
  return content.ok ? ok({ path, bytes: content.value }) : content;
}

const missing = (path: string, ref: string): Result<never, Problem> =>
  err({ code: 'GB3001', message: `${path} doesn't exist at ${ref}` });
