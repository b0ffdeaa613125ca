import { CommanderError } from 'commander';
import { limitReached } from './adapters/process/exhausted.js';
import { traceOf } from './base/thrown.js';
import { outputLost, problemText, tell, watchOutput } from './cli/io.js';
import { program } from './cli/program/index.js';
import type { Problem } from './text/problem.js';

/** The code of the process; a run's is that of its outcome, whatever became of stdout. */
async function main(): Promise<number> {
  // Evidence, approvals and what a child makes are for no one else to write, whatever the caller's umask leaves open.
  process.umask(process.umask(0o077) | 0o002);
  watchOutput();
  const { exitCode, by } = await called();
  const lost = await outputLost();
  return lost === null ? exitCode : tell(problemText(lost), by === 'record' ? exitCode : exitCode || 4);
}

interface Called {
  readonly exitCode: number;
  readonly by: 'command' | 'record';
}

async function called(): Promise<Called> {
  let ended: Called = { exitCode: 0, by: 'command' };
  try {
    await program((exitCode, by = 'command') => {
      ended = { exitCode, by };
    }).parseAsync();
  } catch (error) {
    return { exitCode: await failure(error), by: 'command' };
  }
  return ended;
}

async function failure(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const limit = limitReached(error) ?? folderGone(error);
  if (limit !== null) return tell(problemText(limit), 4);
  const message = traceOf(error);
  return tell(
    `gatebook: internal error, nothing more is done: ${message}\nnext     please report this, with the command line\n`,
    4,
  );
}

/** The folder one is in can be removed under one's feet: every path that is not absolute ends there. */
function folderGone(error: unknown): Problem | null {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall !== 'uv_cwd') return null;
  return {
    code: 'FOLDER_GONE',
    message: 'the folder that this was called in is gone',
    next: 'change to one that is there, then call it again',
  };
}

// A server that could not be ended must not keep the process; what was said is out by now.
void main().then((exitCode) => process.exit(exitCode));
