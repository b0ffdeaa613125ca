import { createInterface } from 'node:readline/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { KindProblem } from '../../kinds/executor.js';

/** Shows what a person has to do and waits for the word; without a terminal nobody can have done it. */
export async function askPerson(
  instructions: string,
  word: string,
): Promise<Result<string | null, KindProblem>> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    return err({
      code: 'NO_TERMINAL',
      message: 'a person is needed here and there is no terminal to ask at',
      next: 'run it from a terminal, or have it attested beforehand: gatebook attest',
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await lines.question(`\n${instructions}\nType ${word} when it is done: `);
    if (typed.trim() === word) return ok(null);
    return err({ code: 'NOT_CONFIRMED', message: `what was typed is not ${word}` });
  } finally {
    lines.close();
  }
}
