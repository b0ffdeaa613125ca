import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { ProgramEnd } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import type { KindProblem } from '../executor.js';

/**
 * What a server tells its client at the connection (a collation's version, what a role logs) may stand before it. Of
 * the details that follow it two are a reason: what the server said, and which lock never came.
 */
function reasonIn(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const at = Math.max(
    lines.findIndex((line) => /^pg_\w+: error: /.test(line)),
    0,
  );
  const detail = /^pg_\w+: detail: ((?:Error message from server|Query was: LOCK TABLE).*)/.exec(
    lines[at + 1] ?? '',
  );
  return cut([lines[at], ...(detail?.slice(1) ?? [])].join('. '), 400);
}
const how = (end: ProgramEnd): string =>
  end.signal === 'SIGKILL' && end.cancelled !== true
    ? 'was ended by SIGKILL, as the kernel does for want of memory'
    : end.signal
      ? `was ended by ${end.signal}`
      : `exited with ${end.exitCode}`;

/**
 * Every member must have exited with an accepted code. The cause is the member that failed by itself: one that
 * we ended, or whose reader went away, comes after.
 */
export function everyMember(
  ends: readonly ProgramEnd[],
  accepted: (program: string, exitCode: number) => boolean = (_, code) => code === 0,
): Result<null, KindProblem> {
  const name = (end: ProgramEnd): string => end.program.split('/').at(-1) ?? end.program;
  const failed = ends.filter(
    (e) => e.signal !== null || e.exitCode === null || !accepted(name(e), e.exitCode),
  );
  const cause =
    failed.find((e) => e.cancelled !== true && e.signal !== 'SIGPIPE') ??
    failed.find((e) => e.cancelled !== true) ??
    failed[0];
  if (!cause) return ok(null);
  return err({
    code: 'PIPELINE_FAILED',
    message: `${name(cause)} ${how(cause)}: ${reasonIn(cause.stderr) || 'it said nothing'}`,
    ...(cause.exitCode !== null && { exitCode: cause.exitCode }),
  });
}

/** Ours when we write, and gpg's words where it does; pg_dump's may be of its server's disk. */
const noSpace = /ENOSPC|EDQUOT|EFBIG|^gpg .*(No space left|Disk quota exceeded|File too large)/;

/** A full disk is told apart from other failures to write, and says where. */
export const writingProblem = (problem: Problem, folder: string): KindProblem =>
  noSpace.test(problem.message)
    ? {
        code: 'DISK_FULL',
        message: `no room in ${folder}: ${problem.message}`,
        next: `Free some space in ${folder}; nothing was published.`,
      }
    : problem;
