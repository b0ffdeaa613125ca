import { once } from 'node:events';
import { visible } from '../base/visible.js';
import type { Problem } from '../text/problem.js';

/** Writes all of it, whatever the reader does; a closed pipe stops nothing and fails nothing. */
export async function say(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text === '' || stream.destroyed || !stream.writable) return;
  if (!stream.write(text))
    await Promise.race([once(stream, 'drain'), once(stream, 'close'), once(stream, 'error')]).catch(
      () => undefined,
    );
}

/** EPIPE on stdout or stderr is the reader's affair, not the run's. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** What went wrong, and as the last line what to do next. */
export function problemText(problem: Problem): string {
  const next = problem.next ?? `gatebook explain ${problem.code}`;
  return `gatebook: ${visible(problem.message)} [${problem.code}]\nnext     ${visible(next)}\n`;
}

/** A command line that means nothing: exit 2. */
export async function usage(message: string, command: string): Promise<2> {
  await say(process.stderr, `gatebook: ${message}\nnext     gatebook ${command} --help\n`);
  return 2;
}

/** Says it on stderr; the exit code that belongs to it. */
export async function tell(text: string, exitCode: number): Promise<number> {
  await say(process.stderr, text);
  return exitCode;
}
