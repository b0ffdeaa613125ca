import { execFile } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';
import { notStarted } from './exhausted.js';
import { fixedPath } from './find.js';

/** A kernel pipe. Both ends are ours to close once the children have them. */
export interface KernelPipe {
  readonly reader: FileHandle;
  readonly writer: FileHandle;
}

const execute = promisify(execFile);

/** A FIFO opened from both sides: the read-write handle lets neither open wait for the other. */
async function openBothEnds(path: string): Promise<KernelPipe> {
  const both = await open(path, 'r+');
  try {
    const reader = await open(path, 'r');
    try {
      return { reader, writer: await open(path, 'w') };
    } catch (error) {
      await reader.close();
      throw error;
    }
  } finally {
    await both.close();
  }
}

/**
 * Node makes socket pairs where it says pipe: on those a writer whose reader has gone gets ECONNRESET and not
 * SIGPIPE, and ends like one that failed by itself. FIFOs, unlinked as soon as they are open, are real pipes. They are
 * made in a folder of the run, so that what a killed runner leaves goes with it.
 */
export async function makePipes(
  count: number,
  place: string,
): Promise<Result<readonly KernelPipe[], Problem>> {
  if (count === 0) return ok([]);
  const pipes: KernelPipe[] = [];
  try {
    const folder = await mkdtemp(join(place, 'pipe-'));
    try {
      const paths = Array.from({ length: count }, (_, i) => join(folder, String(i)));
      // The caller's PATH decides nothing inside a run.
      await execute('mkfifo', ['-m', '600', ...paths], { env: { PATH: fixedPath } });
      for (const path of paths) pipes.push(await openBothEnds(path));
      return ok(pipes);
    } finally {
      await rm(folder, { recursive: true });
    }
  } catch (error) {
    for (const pipe of pipes) await closePipe(pipe);
    const { code = '', message } = error as NodeJS.ErrnoException;
    return err(notStarted(`no pipe between programs could be made: ${message}`, code));
  }
}

export async function closePipe({ reader, writer }: KernelPipe): Promise<void> {
  await Promise.all([reader.close(), writer.close()]);
}
