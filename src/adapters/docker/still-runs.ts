import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { CallLimits, DockerHandle } from '../../ports/docker.js';
import type { Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { ask } from './client.js';
import { execMark } from './env.js';
import { fail, refusal } from './problems.js';

/** The program of an exec bears its mark and has its parent outside; what it has started has its parent inside. */
const script = `
grep -q PATH= "/proc/$$/environ" || exit 1
for d in /proc/[0-9]*; do
  grep -q "${execMark}=$1" "$d/environ" 2>/dev/null || continue
  read -r line 2>/dev/null <"$d/stat" || continue
  rest=\${line##*) }
  case $rest in [ZX]*) ;; "\${rest%% *} 0 "*) echo runs; exit ;; esac
done
echo ended
`;
const attempts = 4;
const pauseMs = 250;

interface Exec {
  readonly container: DockerHandle & { readonly id: string };
  readonly mark: string;
  readonly user: string | undefined;
}

/**
 * Whether the program of an exec still runs although its client has ended. Where the connection is closed before the
 * program's end (by a proxy with a time limit, say) the client prints what it has and ends with 0, as if all were well.
 */
export async function stillRuns(
  processes: Processes,
  { container: { host, id }, mark, user }: Exec,
  limits: CallLimits,
): Promise<Result<boolean, Problem>> {
  const as = user === undefined ? [] : ['--user', user];
  for (let attempt = 1; ; attempt++) {
    const format = ['--format', '{{len .ExecIDs}}'];
    const asked = await ask({ processes, host }, ['container', 'inspect', ...format, '--', id], limits);
    if (!asked.ok) return asked;
    const { exitCode, stdout, stderr } = asked.value;
    if (exitCode !== 0) return err(refusal(host, 'docker container inspect', stderr));
    if (stdout.trim() === '0') return ok(false);
    // Something runs there; a health check may be it.
    const argv = ['container', 'exec', ...as, '--', id, 'sh', '-c', script, 'sh', mark];
    const looked = await ask({ processes, host }, argv, limits);
    if (!looked.ok) return looked;
    const said = looked.value.exitCode === 0 ? looked.value.stdout.trim() : '';
    if (said === 'ended' || said === 'runs') return ok(said === 'runs');
    if (attempt === attempts)
      return fail('DOCKER_FAILED', 'the container has no tools to tell whether the program in it has ended');
    await sleep(pauseMs);
  }
}
