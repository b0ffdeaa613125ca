import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { DockerHandle } from '../../ports/docker.js';
import type { Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { ask, order, uncancelled } from './client.js';
import { execMark } from './env.js';
import { findContainer } from './inspect.js';
import { fail } from './problems.js';

/**
 * Runs in the container. A process is of the exec where its environment bears the mark, or where its parent or the
 * leader of its session is of it: one that clears its environment is still found. Environments can be read by who
 * has the same user only, signals can be sent to everybody by root: so it is asked twice. `find` prints who is there,
 * `PID:START`; `end`, given these, signals them until none is left. A program that has just been asked for may not
 * be there yet, so that "none" has to be seen more than once.
 */
const script = `
look() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  set -- \${line##*) }
  state=$1 parent=$2 session=$4 start=\${20}
  case $state in Z | X) return 1 ;; esac
}
members() {
  ours=' ' sessions=' ' grew=yes
  for d in /proc/[0-9]*; do
    p=\${d#/proc/}
    look "$p" && [ "$p" -gt 1 ] || continue
    case $seeds in
      *" $p:$start "*) ours="$ours$p " ;;
      *) if grep -q "${execMark}=$mark" "$d/environ" 2>/dev/null; then ours="$ours$p "; fi ;;
    esac
  done
  while [ $grew = yes ]; do
    grew=no
    for d in /proc/[0-9]*; do
      p=\${d#/proc/} of=no
      look "$p" && [ "$p" -gt 1 ] || continue
      case $ours in *" $parent "*) of=new ;; esac
      if [ "$session" -gt 1 ]; then case $sessions in *" $session "*) of=new ;; esac; fi
      case $ours in *" $p "*) of=yes ;; esac
      if [ $of = new ]; then ours="$ours$p " grew=yes; fi
      if [ $of = no ] || [ "$session" -le 1 ]; then continue; fi
      case $sessions in *" $session "*) ;; *) sessions="$sessions$session " grew=yes ;; esac
    done
  done
}
# Without these "none" would mean nothing.
command -v sleep >/dev/null && grep -q PATH= "/proc/$$/environ" || exit 1
now() { read -r up _ </proc/uptime && at=\${up%.*}\${up#*.}; }
mode=$1 mark=$2 seeds=" $3 "
none=0 ended=' ' signal=TERM
now && begun=$at || exit 1
while [ $none -lt 3 ]; do
  members
  if [ "$ours" = ' ' ]; then none=$((none + 1)); else none=0; fi
  if [ $mode = find ] && [ $none = 0 ]; then
    for p in $ours; do if look "$p"; then ended="$ended$p:$start "; fi; done
    break
  fi
  # In hundredths of a second: where the machine is busy, a round takes long.
  now || exit 1
  if [ $((at - begun)) -gt 200 ]; then signal=KILL; fi
  if [ $((at - begun)) -gt 400 ]; then exit 1; fi
  for p in $ours; do
    case $ended in *" $p "*) ;; *) ended="$ended$p " ;; esac
    kill -$signal "$p" 2>/dev/null
  done
  sleep 0.1
done
echo "done$ended"
`;

/** Together with a kill of the container less than what a cancelled action is waited for. */
const endingMs = 5_000;

interface Inside {
  readonly container: DockerHandle & { readonly id: string };
  readonly mark: string;
  /** Whom the program runs as, where it isn't as the container says. */
  readonly user: string | undefined;
}

async function inquire(
  processes: Processes,
  { container: { host, id }, mark }: Inside,
  question: {
    readonly mode: 'find' | 'end';
    readonly user: string | undefined;
    readonly seeds: readonly string[];
  },
): Promise<Result<readonly string[], Problem>> {
  const { mode, user, seeds } = question;
  const as = user === undefined ? [] : ['--user', user];
  const argv = ['sh', '-c', script, 'sh', mode, mark, seeds.join(' ')];
  const args = ['container', 'exec', ...as, '--', id, ...argv];
  const ended = await ask({ processes, host }, args, uncancelled(), { patienceMs: endingMs });
  if (!ended.ok) return ended;
  const said = /^done (.*)$/m.exec(ended.value.stdout)?.[1];
  if (ended.value.exitCode !== 0 || said === undefined)
    return fail('STILL_THERE', 'the container has no tools to tell what runs in it');
  return ok(said.split(' ').filter((one) => one !== ''));
}

async function endProcesses(processes: Processes, inside: Inside): Promise<Result<number, Problem>> {
  const look = { mode: 'find', user: inside.user, seeds: [] } as const;
  const found = await inquire(processes, inside, look);
  if (!found.ok || found.value.length === 0) return found.ok ? ok(0) : found;
  const ended = await inquire(processes, inside, { mode: 'end', user: '0', seeds: found.value });
  if (!ended.ok) return ended;
  const left = await inquire(processes, inside, look);
  if (!left.ok) return left;
  return left.value.length === 0
    ? ok(ended.value.length)
    : fail('STILL_THERE', 'what was ended is there again');
}

/** See `Docker.endExec`. Where the container can't tell, it is killed as a whole. */
export async function endExec(
  processes: Processes,
  container: DockerHandle,
  mark: string,
  user?: string,
): Promise<Result<number, Problem>> {
  const { id } = container;
  if (id === null) return ok(0);
  const ended = await endProcesses(processes, { container: { ...container, id }, mark, user });
  if (ended.ok || ended.error.code === 'ENGINE_DOWN') return ended;
  return kill(processes, container, id);
}

async function kill(
  processes: Processes,
  { host, name }: DockerHandle,
  id: string,
): Promise<Result<number, Problem>> {
  const before = await findContainer({ processes, host }, id, uncancelled());
  if (!before.ok) return before;
  if (before.value === null || !before.value.running) return ok(0);
  const killed = await order({ processes, host }, ['container', 'kill', '--', id], uncancelled());
  const after = await findContainer({ processes, host }, id, uncancelled());
  if (!after.ok) return after;
  if (after.value === null || !after.value.running) return ok(1);
  return killed.ok
    ? fail('STILL_THERE', `the container ${name} still runs after it was killed`)
    : err(killed.error);
}
