import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { visible } from '../base/visible.js';
import { placeText, type Location } from '../text/diagnostic.js';
import type { Problem } from '../text/problem.js';
import { widthOfScreen, wrapped } from '../ui/width.js';

type Output = NodeJS.WriteStream & { readonly fd: number };

/** Why what was given to a stream didn't get where it was sent. */
const failures = new Map<Output, Error>();

/** Writes all of it, whatever the reader does; a closed pipe stops nothing and fails nothing. */
export async function say(stream: Output, text: string): Promise<void> {
  if (text === '' || stream.destroyed || !stream.writable) return;
  if (isFile(stream)) {
    sayToFile(stream, text);
    return;
  }
  if (stream.write(text)) return;
  const waiting = new AbortController();
  const { signal } = waiting;
  // What went wrong is heard by `watchOutput`.
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(
    () => undefined,
  );
  // Listeners that stayed would be counted, and warned of.
  waiting.abort();
}

/** Terminals and pipes are sockets to Node. */
const isFile = (stream: object): boolean => !(stream instanceof Socket);

/** Node writes to a file once, and counts as written what a full disk took no more of. */
function sayToFile(stream: Output, text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(stream.fd, bytes, at);
  } catch (error) {
    failures.set(stream, error as Error);
  }
}

/** A failing stdout or stderr stops nothing; EPIPE is the reader's affair, and no failure. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') failures.set(stream, error);
    });
}

/** Why stdout doesn't hold all that was to be in it; null where it does, or its reader went away. */
export async function outputLost(): Promise<Problem | null> {
  // Errors of a stream come in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  const failure = failures.get(process.stdout);
  if (failure === undefined) return null;
  return {
    code: 'OUTPUT_LOST',
    message: `stdout could not be written: ${failure.message}`,
    next: 'see where stdout leads, a full disk say; what the command did stands, only its words are lost',
  };
}

/** No wider than this is read with ease. */
const widest = 100;

/** One line of a text for people: a terminal gets it broken between words, and what follows begins below column `hang`. */
export function fitted(stream: Pick<Output, 'isTTY' | 'columns'>, line: string, hang = 0): string {
  if (!stream.isTTY) return line;
  return wrapped(line, Math.min(widthOfScreen(stream), widest), hang).join(`\n${' '.repeat(hang)}`);
}

/** What went wrong, and as the last line what to do next; a command to copy stays one line. */
export function problemText(problem: Problem & { readonly at?: Location }): string {
  const place = problem.at === undefined ? '' : `${placeText(problem.at)} `;
  const next = visible(problem.next ?? `gatebook explain ${problem.code}`);
  const what = fitted(process.stderr, `gatebook: ${place}${visible(problem.message)} [${problem.code}]`, 2);
  const step = `next     ${next}`;
  return `${what}\n${next.startsWith('gatebook ') ? step : fitted(process.stderr, step, 9)}\n`;
}

/** A command line that means nothing: exit 2. */
export async function usage(message: string, command: string): Promise<2> {
  await say(process.stderr, `gatebook: ${visible(message)}\nnext     gatebook ${command} --help\n`);
  return 2;
}

/** Says it on stderr; the exit code that belongs to it. */
export async function tell(text: string, exitCode: number): Promise<number> {
  await say(process.stderr, text);
  return exitCode;
}
