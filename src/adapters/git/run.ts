import { execFile } from 'node:child_process';
import { err, ok, type Result } from '../../base/result.js';
import type { Problem } from '../../text/problem.js';

const timeoutMs = 20_000;

/** Nobody's settings, none of a repository's that run a program, no network for objects that are missing. */
const settings = [
  '--no-pager',
  '--no-replace-objects',
  '--literal-pathspecs',
  ...['safe.directory=*', 'core.fsmonitor=false', 'core.hooksPath=/dev/null', 'protocol.allow=never'].flatMap(
    (setting) => ['-c', setting],
  ),
];
const environment = {
  // Where Debian, macOS and most others have git; the caller's own PATH decides nothing.
  PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
};

/**
 * One git command that only reads, without a shell. Problems: GIT_MISSING; GIT_FAILED, with what git said, or
 * because it took too long or gave more bytes than asked for.
 */
export function git(
  cwd: string,
  args: readonly string[],
  maxBytes = 1 << 20,
): Promise<Result<Buffer, Problem>> {
  const options = {
    cwd,
    env: environment,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxBytes,
    encoding: 'buffer',
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    execFile('git', [...settings, ...args], options, (error, stdout, stderr) => {
      resolve(error === null ? ok(stdout) : err(problemOf(error, stderr, args[0] ?? '')));
    });
  });
}

function problemOf(
  error: Error & { readonly code?: unknown; readonly killed?: boolean },
  stderr: Buffer,
  what: string,
): Problem {
  if (error.code === 'ENOENT')
    return {
      code: 'GIT_MISSING',
      message: 'git is not installed',
      next: 'install git, or compare with a file',
    };
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return { code: 'GIT_FAILED', message: `git ${what} gave more than is read` };
  if (error.killed === true)
    return { code: 'GIT_FAILED', message: `git ${what} took longer than ${timeoutMs / 1000} s` };
  const said = stderr.toString('utf8', 0, 2000).trim();
  return { code: 'GIT_FAILED', message: `git ${what} failed${said === '' ? '' : `: ${said}`}` };
}
