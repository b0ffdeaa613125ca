import { dirname } from 'node:path';
import { err, ok } from '../../../base/result.js';
import type { Result } from '../../../base/result.js';
import type { KindProblem, ProbeContext } from '../../executor.js';

const timeoutMs = 10_000;
/** Nobody's settings but the repository's own, and none of those that run a program. */
const safely = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
const env = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_OPTIONAL_LOCKS: '0' };

/** Whether Git has the file in its index; null outside a work tree, or where there is no Git. */
export async function gitTracked(
  path: string,
  { processes, signal }: ProbeContext,
): Promise<Result<boolean | null, KindProblem>> {
  const ask = (...args: string[]) =>
    processes.run({ argv: ['git', ...safely, ...args], cwd: dirname(path), env }, { timeoutMs, signal });
  const inside = await ask('rev-parse', '--is-inside-work-tree');
  if (!inside.ok) return inside.error.code === 'PROGRAM_MISSING' ? ok(null) : inside;
  if (inside.value.exitCode !== 0 || inside.value.stdout.trim() !== 'true') return ok(null);
  const listed = await ask('--literal-pathspecs', 'ls-files', '--error-unmatch', '--', path);
  if (!listed.ok) return listed;
  const { exitCode } = listed.value;
  return exitCode === 0 || exitCode === 1
    ? ok(exitCode === 0)
    : err({
        code: 'GIT_FAILED',
        message: `git could not tell whether ${path} is tracked (code ${exitCode})`,
      });
}
