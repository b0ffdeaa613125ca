import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isRunId } from '../../base/ids.js';
import { by } from '../../base/order.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import { setAsidePath } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { errno } from '../errno.js';
import { makeFoldersSynced } from '../sync-folder.js';
import { approvalLedger } from './approvals.js';
import { claimsAt } from './claims.js';
import { controlsAt } from './controls.js';
import { createFile, createIfNew, diskAdvice, io, removeOldDrafts, writing } from './create-file.js';
import { folderIsThere, readIfThere } from './read-file.js';
import { entryName, readEntry } from './records.js';

/**
 * Opens the state folder, making it (0700) at first use. Refused where others can write it, or where what stands in
 * the place of one of its folders is none: a link would lead a control to where nobody looks.
 */
export async function openState(path: string): Promise<Result<StateFolder, Problem>> {
  const root = resolve(path);
  try {
    await makeFoldersSynced(root, 0o700);
    const unsafe = await unsafety(root);
    if (unsafe !== null) return err(unsafe);
    for (const name of ['runs', 'claims', 'artifacts'])
      if (!folderIsThere(join(root, name))) await makeFoldersSynced(join(root, name), 0o700);
    for (const name of ['approvals', 'controls', 'void']) folderIsThere(join(root, name));
    const id = await madeOnce(join(root, 'id'), randomUUID(), /^[0-9a-f-]{36}$/);
    const key = await madeOnce(join(root, 'key'), randomBytes(32).toString('hex'), /^[0-9a-f]{64}$/);
    return ok(folderAt(root, id, key));
  } catch (error) {
    return err(unusable(root, error));
  }
}

/** For who only looks: the state folder as `openState` opens it, and null, with nothing made, where none was begun. */
export async function findState(path: string): Promise<Result<StateFolder | null, Problem>> {
  const root = resolve(path);
  try {
    const facts = lstatSync(root, { throwIfNoEntry: false });
    if (facts === undefined || (facts.isDirectory() && readdirSync(root).every(isNobodys))) return ok(null);
  } catch (error) {
    return err(unusable(root, error));
  }
  return openState(path);
}

/** What the folder is known by is there, and isn't what was written. */
class Damaged extends Error {}

const unusable = (root: string, error: unknown): Problem => ({
  ...io(`the state folder ${root} can't be used`, error),
  next:
    error instanceof Damaged
      ? 'put it back from a copy; in another state folder no kill switch, claim or approval of this one holds'
      : (diskAdvice(error) ?? 'give another with --state DIR, or GATEBOOK_STATE'),
});

/** One of these is the first that is made: who meets none of them among others' files is in the wrong place. */
const ownNames: readonly string[] = ['runs', 'claims', 'artifacts', 'id', 'key'];
/** A volume that was mounted for it has `lost+found`, a folder that git keeps has `.gitignore`. */
const isNobodys = (name: string): boolean => name.startsWith('.') || name === 'lost+found';

async function unsafety(root: string): Promise<Problem | null> {
  const facts = await lstat(root);
  const unsafe = (message: string, next?: string): Problem => ({
    code: 'STATE_UNSAFE',
    message: `the state folder ${root} ${message}`,
    ...(next !== undefined && { next }),
  });
  if (!facts.isDirectory()) return unsafe('is not a folder');
  const uid = process.getuid?.();
  if (uid !== undefined && facts.uid !== uid) return unsafe(`belongs to user ${facts.uid}, not to who runs`);
  if ((facts.mode & 0o022) !== 0) return unsafe('can be written by others', `chmod go-w ${root}`);
  const names = (await readdir(root)).filter((name) => !isNobodys(name));
  if (names.length > 0 && !names.some((name) => ownNames.includes(name)))
    return unsafe('holds other things', 'give a folder of its own with --state DIR, or GATEBOOK_STATE');
  await chmod(root, 0o700);
  return null;
}

/** What the file holds; the first to come writes it. Cut short or emptied it would bind approvals to no folder at all. */
async function madeOnce(path: string, content: string, form: RegExp): Promise<string> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) await createIfNew(path, `${content}\n`);
  let held = '';
  try {
    held = readIfThere(path)?.trim() ?? '';
  } catch (error) {
    throw new Damaged(messageOf(error));
  }
  if (!form.test(held)) throw new Damaged(`${path} does not hold what is written there`);
  return held;
}

/** Where drafts lie until they get their names. */
const written = ['', 'runs', 'claims', 'approvals', 'controls', 'controls/released', 'void'] as const;

function folderAt(root: string, id: string, key: string): StateFolder {
  const runFile = (run: RunEntry): string => join(root, 'runs', entryName(run));
  return {
    id,
    path: root,
    seal: (text) => createHmac('sha256', key).update(text).digest('hex'),
    async createRun(entry) {
      try {
        await createFile(runFile(entry), `${JSON.stringify(entry)}\n`);
        for (const name of written) await removeOldDrafts(join(root, name));
        return ok(null);
      } catch (error) {
        if (errno(error) !== 'EEXIST') return err(io('the run could not be registered', error));
        return err({
          code: 'RUN_ID_USED',
          message: `the run id ${entry.id} was used before in this state folder; a run id is never used again`,
          next: 'leave --run-id out, or give another',
        });
      }
    },
    runs: () => Promise.resolve(readEntries(join(root, 'runs'), readdirSync)),
    find(id) {
      const found = readEntries(join(root, 'runs'), () => (isRunId(id) ? [`${id}.json`] : []));
      return Promise.resolve(found.ok ? ok(found.value[0] ?? null) : found);
    },
    ...claimsAt(root),
    clear: (run) =>
      writing(`that nothing of run ${run} is left could not be noted`, () =>
        createIfNew(join(root, 'runs', `${run}.cleared`), ''),
      ),
    isCleared: (run) => existsSync(join(root, 'runs', `${run}.cleared`)),
    controls: controlsAt(root),
    approvals: approvalLedger(root),
    artifacts: (run) => join(root, 'artifacts', run),
  };
}

function located(entry: RunEntry): RunEntry {
  const aside = setAsidePath(entry.bundle);
  return existsSync(aside) && !existsSync(entry.bundle) ? { ...entry, bundle: aside } : entry;
}

function readEntries(
  folder: string,
  names: (folder: string) => readonly string[],
): Result<readonly RunEntry[], Problem> {
  const entries: RunEntry[] = [];
  try {
    for (const name of names(folder)) {
      const text = name.endsWith('.json') ? readIfThere(join(folder, name)) : null;
      if (text !== null) entries.push(located(readEntry(name, text)));
    }
  } catch (error) {
    return err({
      ...io(`the list of runs in ${folder} can't be read`, error),
      next: 'put the file back from a copy; without it nobody knows what that run made or claimed',
    });
  }
  return ok(entries.sort(by((entry) => entry.startedAt + entry.id)));
}
