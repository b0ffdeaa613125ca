import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from '../../adapters/errno.js';
import { isAlive, ownProcess } from '../../adapters/process/own.js';
import { createFile, io } from '../../adapters/state/create-file.js';
import { readIfThere } from '../../adapters/state/read-file.js';
import { isRunProcess } from '../../adapters/state/records.js';
import { makeFoldersSynced } from '../../adapters/sync-folder.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { RunProcess, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';

/**
 * One process at a time finishes a run. Each turn is a file of its own, numbered, made exclusively and naming its
 * process; the next number is free only once that very process is dead. So of two that find a dead one, one makes the
 * next file, and the other finds it alive.
 */
export async function takeTurn(state: StateFolder, run: string): Promise<Result<null, Problem>> {
  const folder = join(state.path, 'turns', run);
  try {
    await makeFoldersSynced(folder, 0o700);
    const last = Math.max(0, ...(await readdir(folder)).filter((name) => /^[0-9]+$/.test(name)).map(Number));
    if (last > 0) {
      const file = join(folder, String(last));
      const holder = readHolder(file);
      if (holder === undefined) return err(damaged(run, file));
      // Where the system doesn't tell processes apart, nobody is known to be at it.
      if ((await isAlive(holder)) === true) return err(busy(run, holder));
    }
    await createFile(join(folder, String(last + 1)), `${JSON.stringify(ownProcess())}\n`);
    return ok(null);
  } catch (error) {
    if (errno(error) === 'EEXIST') return err(busy(run, null));
    return err(io(`the turn to finish ${run} could not be taken`, error));
  }
}

/** Undefined where the file isn't what is written there. */
function readHolder(file: string): RunProcess | null | undefined {
  try {
    const holder = JSON.parse(readIfThere(file) ?? '') as unknown;
    return holder === null || isRunProcess(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

const damaged = (run: string, file: string): Problem => ({
  code: 'STATE_IO',
  message: `${file} doesn't say any more which process is finishing ${run}`,
  next: `see that no gatebook teardown of ${run} is at work, then remove it`,
});

const busy = (run: string, holder: RunProcess | null): Problem => ({
  code: 'TEARDOWN_BUSY',
  message: `another gatebook teardown is finishing ${run}${holder === null ? '' : ` (process ${holder.pid})`}`,
  next: 'wait until it has ended',
});
