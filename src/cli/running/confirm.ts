import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { KindProblem } from '../../kinds/executor.js';

/** Shows what a person has to do and waits for the word; without a terminal nobody can have done it. */
export async function askPerson(
  instructions: string,
  word: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<Result<string | null, KindProblem>> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    return err({
      code: 'NO_TERMINAL',
      message: 'a person is needed here and there is no terminal to ask at',
      next: 'run it from a terminal, or have it attested beforehand: gatebook attest',
    });
  }
  // The terminal edits the line: were that left to us, Ctrl-C would be a key, and not the signal that stops a run.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const typed = await Promise.race([
      lines.question(`\n${instructions}\nType ${word} when it is done: `, { signal }),
      once(lines, 'close').then(() => null),
    ]);
    if (typed?.trim() === word) return ok(null);
    const what = typed === null ? 'nothing was typed' : `what was typed is not ${word}`;
    return err({ code: 'NOT_CONFIRMED', message: what });
  } catch (error) {
    if (signal.aborted) return err({ code: 'CANCELLED', message: 'nobody had confirmed by then' });
    throw error;
  } finally {
    lines.close();
  }
}
