import { err } from '../../base/result.js';
import type { Err, Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { Problem } from '../../text/problem.js';
import { errno } from '../errno.js';

export const problem = (code: string, message: string, next?: string): Err<Problem> =>
  err({ code, message, ...(next !== undefined && { next }) });

const codes: Readonly<Record<string, string>> = {
  ENOENT: 'FILE_ABSENT',
  ENOTDIR: 'FILE_ABSENT',
  EEXIST: 'FILE_EXISTS',
  ELOOP: 'FILE_SYMLINK',
};

/** Runs a step whose failures are the operating system's, and turns those into problems. */
export async function attempt<T>(
  what: string,
  step: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  try {
    return await step();
  } catch (error) {
    const code = errno(error);
    if (code === undefined) throw error;
    return problem(codes[code] ?? 'FILE_IO', `${what}: ${messageOf(error)}`);
  }
}
