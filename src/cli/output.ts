import type { Problem } from '../text/problem.js';
import { problemText, say } from './io.js';

/** What a command that only reads has to say; who calls it writes and exits. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export const said = (stdout: string, stderr: string, exitCode: number): CommandOutput => ({
  stdout,
  stderr,
  exitCode,
});
export const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

export const failed = (problem: Problem, exitCode = 1): CommandOutput =>
  said('', problemText(problem), exitCode);

/** Writes it, and gives back the exit code. */
export async function print({ stdout, stderr, exitCode }: CommandOutput): Promise<number> {
  await say(process.stdout, stdout);
  await say(process.stderr, stderr);
  return exitCode;
}
