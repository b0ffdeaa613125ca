import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { ResourceHandle } from '../../model/event.js';
import type { LocalHandle } from '../../ports/sandbox.js';
import type { Problem } from '../../text/problem.js';
import { startTimeOf } from '../process/proc.js';
import { handleFrom, ownership, removeFolder } from './folder.js';
import { isExclusiveUid } from './isolation.js';
import { processesOfUid, serverProcess } from './processes-of.js';

const quitMs = 3_000;
const killMs = 3_000;
const pollMs = 20;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between; what follows looks whether it is gone.
  }
}

async function until(condition: () => Promise<boolean>, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; ;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Immediate shutdown first: backends end with the postmaster and nothing is worth a checkpoint. */
async function endServer(pid: number): Promise<boolean> {
  const started = await startTimeOf(pid);
  const gone = async () => started === null || (await startTimeOf(pid)) !== started;
  signal(pid, 'SIGQUIT');
  if (await until(gone, quitMs)) return true;
  signal(pid, 'SIGKILL');
  return until(gone, killMs);
}

const sharedMemory = '/dev/shm';

/** A server's own lies in its folder; initdb has none of its settings, and leaves what it had where it was killed. */
async function clearSharedMemory(uid: number | null): Promise<void> {
  if (uid === null || !isExclusiveUid(uid)) return;
  for (const name of await readdir(sharedMemory).catch(() => [])) {
    const path = join(sharedMemory, name);
    const stats = name.startsWith('PostgreSQL.') ? await lstat(path).catch(() => null) : null;
    if (stats?.uid === uid) await rm(path, { force: true });
  }
}

const stillThere = (what: string): Result<never, Problem> =>
  err({
    code: 'STILL_THERE',
    message: `${what} is still there`,
    next: 'Look at it, then run `gatebook teardown RUN` again.',
  });

/** Ends the server and removes its folder, only where both are proved to be the ones that were made. */
export async function destroyServer(entry: ResourceHandle): Promise<Result<string, Problem>> {
  const handle = handleFrom(entry);
  if (handle === null)
    return err({ code: 'BAD_HANDLE', message: 'the ledger entry names no server of ours' });
  try {
    return await destroyKnown(handle);
  } catch (error) {
    const why = messageOf(error);
    return err({
      code: 'DESTROY_FAILED',
      message: `the server in ${handle.folder} may be there yet: ${why}`,
    });
  }
}

async function destroyKnown(handle: LocalHandle): Promise<Result<string, Problem>> {
  const owner = await ownership(handle);
  const pid = owner === 'ours' || handle.pid !== null ? await serverProcess(handle) : null;
  if (pid !== null && !(await endServer(pid))) return stillThere(`the server process ${pid}`);
  if (owner === 'foreign')
    return err({
      code: 'NOT_OURS',
      message: `${handle.folder} is not the folder that this run made: it was left alone`,
      next: 'Look at it; nothing of this run is known to be in it.',
    });
  // A program that the database started may start others: until none is left.
  const cleared = await until(async () => {
    const others = await processesOfUid(owner === 'ours' ? handle.uid : null);
    for (const other of others) signal(other, 'SIGKILL');
    return others.length === 0;
  }, killMs);
  if (!cleared) return stillThere(`a process of the server's user ${handle.uid}`);
  if (owner === 'ours') {
    await clearSharedMemory(handle.uid);
    await removeFolder(handle.folder);
  }
  if ((await ownership(handle)) !== 'absent') return stillThere(`the folder ${handle.folder}`);
  return ok(`no process of the server and no folder ${handle.folder}`);
}
