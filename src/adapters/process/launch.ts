import type { ChildProcess } from 'node:child_process';
import type { Stream } from 'node:stream';
import { invariant } from '../../base/invariant.js';
import type { ProgramSpec } from '../../ports/process.js';
import type { Containment } from './containment.js';
import { spawned } from './spawned.js';

/** What a child gets on a descriptor: a pipe to us, nothing, an open file, or another child's output. */
export type Descriptor = 'pipe' | 'ignore' | number | Stream;

/**
 * Waits, under the death signal, until the runner says go; nobody's text stands in it. A runner that died in
 * between leaves an end of file, and the program never begins.
 */
const waitForGo = (fd: number): string =>
  `printf r >&${fd}; IFS= read -r go <&${fd} && [ "$go" = g ] && exec "$@" ${fd}<&- ; exit 125`;

const identity = (user: { readonly uid: number; readonly gid: number }): string[] => [
  `--reuid=${user.uid}`,
  `--regid=${user.gid}`,
  '--clear-groups',
];

/** argv with the death signal set (after a change of user, which clears it) and the wait in front. */
function underDeathSignal(argv: readonly string[], user: ProgramSpec['user'], goFd: number): string[] {
  const as = user ? identity(user) : [];
  return ['setpriv', ...as, '--pdeathsig', 'KILL', '--', '/bin/sh', '-c', waitForGo(goFd), 'sh', ...argv];
}

export interface Launch {
  readonly spec: ProgramSpec;
  /** `argv[0]` as an absolute path. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Descriptor;
  readonly stdout: Descriptor;
  readonly stderr: Descriptor;
}

/** Starts a child in this very tick, so that streams handed from one to the next lose no byte. */
export function launch(mode: Containment, what: Launch): ChildProcess {
  const { spec } = what;
  const stdio: Descriptor[] = [what.stdin, what.stdout, what.stderr];
  for (const fd of [...Object.keys(spec.inputFds ?? {}).map(Number), ...(spec.captureFds ?? [])]) {
    while (stdio.length <= fd) stdio.push('ignore');
    stdio[fd] = 'pipe';
  }
  // dash redirects single digits only, and the wait needs one more.
  invariant(stdio.length <= 9, 'a child is given descriptors up to 8');
  const argv = [what.program, ...spec.argv.slice(1)];
  const waits = mode === 'death-signal';
  const [file = what.program, ...args] = waits ? underDeathSignal(argv, spec.user, stdio.length) : argv;
  const child = spawned(file, args, {
    env: what.env,
    // A session of its own: the terminal's Ctrl-C goes to the runner alone, and one kill reaches the whole group.
    detached: true,
    stdio: waits ? [...stdio, 'pipe'] : stdio,
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    ...(!waits && spec.user),
  });
  if (waits) sayGo(child, stdio.length);
  feed(child, spec);
  return child;
}

/** Answers the child's ready byte; the descriptor is a socket pair, so both ways. */
function sayGo(child: ChildProcess, fd: number): void {
  const line = child.stdio[fd] as unknown as NodeJS.ReadWriteStream | undefined;
  line?.on('error', () => undefined);
  line?.once('data', () => line.end('g\n'));
}

function feed(child: ChildProcess, spec: ProgramSpec): void {
  for (const [fd, content] of Object.entries(spec.inputFds ?? {})) {
    const pipe = child.stdio[Number(fd)] as unknown as NodeJS.ReadWriteStream | undefined;
    // A child that ends before it has read everything is seen by its exit, not here.
    pipe?.on('error', () => undefined);
    pipe?.end(content);
  }
}
