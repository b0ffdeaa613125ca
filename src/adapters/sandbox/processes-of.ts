import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalHandle } from '../../ports/sandbox.js';
import { bootId, startTimeOf } from '../process/proc.js';
import { layout } from './folder.js';
import { isExclusiveUid } from './isolation.js';

export async function postmasterPid(folder: string): Promise<number | null> {
  const text = await readFile(join(layout(folder).data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** The server's pid if that process is certainly it: by start time and boot, or by where it works. */
export async function serverProcess(handle: LocalHandle): Promise<number | null> {
  if (handle.pid !== null && handle.startTime !== null) {
    const same = (await startTimeOf(handle.pid)) === handle.startTime && bootId() === handle.bootId;
    return same ? handle.pid : null;
  }
  const pid = await postmasterPid(handle.folder);
  if (pid === null) return null;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  return cwd === layout(handle.folder).data ? pid : null;
}

/** What else runs as the server's own user: a program that a restored database started. */
export async function processesOfUid(uid: number | null): Promise<readonly number[]> {
  if (uid === null || !isExclusiveUid(uid)) return [];
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const owned = await Promise.all(
    pids.map(async (pid) => {
      const owner = await stat(`/proc/${pid}`).then(
        (s) => s.uid,
        () => -1,
      );
      return owner === uid && (await startTimeOf(pid)) !== null ? pid : null;
    }),
  );
  return owned.filter((pid) => pid !== null);
}
