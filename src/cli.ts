import { CommanderError } from 'commander';
import { limitReached } from './adapters/process/exhausted.js';
import { ignoreClosedPipes, problemText, tell } from './cli/io.js';
import { program } from './cli/program/index.js';

async function main(): Promise<number> {
  ignoreClosedPipes();
  let exitCode = 0;
  try {
    await program((code) => {
      exitCode = code;
    }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const limit = limitReached(error);
    if (limit !== null) return tell(problemText(limit), 4);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `gatebook: internal error, nothing more is done: ${message}\nnext     please report this, with the command line\n`,
    );
    return 4;
  }
  return exitCode;
}

// A server that could not be ended must not keep the process; what was said is out by now.
void main().then((exitCode) => process.exit(exitCode));
