import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunId } from '../../base/ids.js';
import { isRunId } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import { setAsidePath, targetClaim } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { approvalLedger } from './approvals.js';
import { controlsAt } from './controls.js';
import { createFile, io, isCode } from './create-file.js';

const maxEntryBytes = 64 * 1024;

/** Opens the state folder, making it (0700) at first use. A folder that others can write is refused. */
export async function openState(path: string): Promise<Result<StateFolder, Problem>> {
  const root = resolve(path);
  try {
    for (const folder of [root, join(root, 'runs'), join(root, 'claims'), join(root, 'artifacts')]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    const unsafe = await unsafety(root);
    if (unsafe !== null) return err(unsafe);
    const id = await madeOnce(join(root, 'id'), randomUUID());
    const key = await madeOnce(join(root, 'key'), randomBytes(32).toString('hex'));
    return ok(folderAt(root, id, key));
  } catch (error) {
    return err(io(`the state folder ${root} can't be used`, error));
  }
}

async function unsafety(root: string): Promise<Problem | null> {
  const facts = await lstat(root);
  if (!facts.isDirectory())
    return { code: 'STATE_UNSAFE', message: `the state folder ${root} is not a folder` };
  const uid = process.getuid?.();
  if (uid !== undefined && facts.uid !== uid) {
    return {
      code: 'STATE_UNSAFE',
      message: `the state folder ${root} belongs to user ${facts.uid}, not to who runs`,
    };
  }
  if ((facts.mode & 0o022) !== 0) {
    return {
      code: 'STATE_UNSAFE',
      message: `the state folder ${root} can be written by others`,
      next: `chmod go-w ${root}`,
    };
  }
  await chmod(root, 0o700);
  return null;
}

/** What the file holds; the first to come writes it. */
async function madeOnce(path: string, content: string): Promise<string> {
  try {
    await createFile(path, `${content}\n`);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}

function folderAt(root: string, id: string, key: string): StateFolder {
  const runFile = (run: RunId): string => join(root, 'runs', `${run}.json`);
  const claimFile = (name: string): string => join(root, 'claims', encodeURIComponent(name));
  const heldFile = (run: string): string => join(root, 'runs', `${run}.held`);
  return {
    id,
    path: root,
    seal: (text) => createHmac('sha256', key).update(text).digest('hex'),
    async createRun(entry) {
      try {
        await createFile(runFile(entry.id), `${JSON.stringify(entry)}\n`);
        return ok(null);
      } catch (error) {
        if (!isCode(error, 'EEXIST')) return err(io('the run could not be registered', error));
        return err({
          code: 'RUN_ID_USED',
          message: `the run id ${entry.id} was used before in this state folder; a run id is never used again`,
          next: 'leave --run-id out, or give another',
        });
      }
    },
    runs: () => listRuns(join(root, 'runs')),
    async claim(name, run) {
      try {
        await createFile(claimFile(name), `${run}\n`);
        return ok(null);
      } catch (error) {
        if (!isCode(error, 'EEXIST')) return err(io(`${name} could not be claimed`, error));
        const holder = (await readFile(claimFile(name), 'utf8').catch(() => 'another run')).trim();
        return err(claimedBy(name, holder, existsSync(heldFile(holder))));
      }
    },
    release: (run) => releaseClaims(root, (holder) => holder === run),
    async hold(run) {
      await createFile(heldFile(run), '').catch((error: unknown) => {
        if (!isCode(error, 'EEXIST')) throw error;
      });
      await releaseClaims(root, (holder, name) => holder === run && !name.startsWith(targetClaim));
    },
    async claims() {
      try {
        const claims = (await claimsIn(root)).map(([name, run]) => ({
          name,
          run: run as RunId,
          held: existsSync(heldFile(run)),
        }));
        return ok(claims.filter(({ run }) => isRunId(run)));
      } catch (error) {
        return err(io("the claims can't be read", error));
      }
    },
    async clear(run) {
      await createFile(join(root, 'runs', `${run}.cleared`), '').catch(() => undefined);
    },
    isCleared: (run) => existsSync(join(root, 'runs', `${run}.cleared`)),
    controls: controlsAt(root),
    approvals: approvalLedger(root),
    artifacts: (run) => join(root, 'artifacts', run),
  };
}

function claimedBy(name: string, holder: string, held: boolean): Problem {
  if (!held) {
    return {
      code: 'CLAIMED',
      message: `${name} is claimed by run ${holder}, which has not ended`,
      next: `wait for it, or if it is dead: gatebook teardown ${holder}`,
    };
  }
  return {
    code: 'CLAIMED',
    message: `${name} is claimed by run ${holder}, which failed after a change there and is not void`,
    next: `look at what it left, then gatebook void ${holder} --reason TEXT`,
  };
}

/** Every claim with the run that holds it. */
async function claimsIn(root: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const name of await readdir(join(root, 'claims'))) {
    const holder = await readFile(join(root, 'claims', name), 'utf8').catch(() => '');
    found.push([decodeURIComponent(name), holder.trim()]);
  }
  return found;
}

async function releaseClaims(root: string, which: (holder: string, name: string) => boolean): Promise<void> {
  for (const [name, holder] of await claimsIn(root))
    if (which(holder, name)) await rm(join(root, 'claims', encodeURIComponent(name)), { force: true });
}

function located(entry: RunEntry): RunEntry {
  const aside = setAsidePath(entry.bundle);
  return existsSync(aside) && !existsSync(entry.bundle) ? { ...entry, bundle: aside } : entry;
}

async function listRuns(folder: string): Promise<Result<readonly RunEntry[], Problem>> {
  const entries: RunEntry[] = [];
  try {
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      const text = await readFile(join(folder, name), 'utf8');
      if (text.length > maxEntryBytes)
        return err({ code: 'STATE_IO', message: `${join(folder, name)} is too large` });
      // A run whose registration was cut short by a crash has begun nothing.
      if (text.endsWith('\n')) entries.push(located(JSON.parse(text) as RunEntry));
    }
  } catch (error) {
    return err(io("the list of runs can't be read", error));
  }
  return ok(
    entries.filter((e) => isRunId(e.id)).sort((a, b) => (a.startedAt + a.id < b.startedAt + b.id ? -1 : 1)),
  );
}
