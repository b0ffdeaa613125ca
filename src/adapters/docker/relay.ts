import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { cut } from '../../base/visible.js';
import type { ServerPlace } from '../../ports/bridge.js';
import type { CallLimits, Docker, ExecSpec } from '../../ports/docker.js';
import type { Completed, Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { downAt } from './problems.js';

type Argv = ExecSpec['argv'];

/**
 * Two directions, each with a process of its own: one that waits for the other could be waited for itself. When our
 * end closes, the server is told; when the server closes, both end.
 */
const perl = `use strict; use Socket;
socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!\\n";
connect($s, sockaddr_un($ARGV[0])) or die "connect: $!\\n";
sub copy { my ($from, $to) = @_; my $data;
  while (my $read = sysread($from, $data, 131072)) {
    for (my $at = 0; $at < $read;) { my $put = syswrite($to, $data, $read - $at, $at); return unless $put; $at += $put }
  } }
my $up = fork(); defined $up or die "fork: $!\\n";
if (!$up) { copy(*STDIN, $s); shutdown($s, 1); exit 0 }
copy($s, *STDOUT); kill "KILL", $up; waitpid($up, 0);`;

const python = `import os, socket, sys, threading
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.connect(sys.argv[1])
def up():
    while True:
        data = os.read(0, 131072)
        if not data: break
        s.sendall(data)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=up, daemon=True).start()
while True:
    data = s.recv(131072)
    if not data: break
    while data: data = data[os.write(1, data):]`;

interface Candidate {
  readonly name: string;
  /** Does nothing, successfully, where the program is there. */
  readonly probe: Argv;
  readonly argv: (socket: string) => Argv;
}

/** Debian's images have perl, others may have one of the rest. */
const candidates: readonly Candidate[] = [
  {
    name: 'perl',
    probe: ['perl', '-MSocket', '-e', '1'],
    argv: (socket) => ['perl', '-e', perl, '--', socket],
  },
  {
    name: 'python3',
    probe: ['python3', '-c', 'import socket'],
    argv: (socket) => ['python3', '-c', python, socket],
  },
  // -t: how long the other direction may go on once one has ended.
  {
    name: 'socat',
    probe: ['socat', '-V'],
    argv: (socket) => ['socat', '-t', '86400', 'STDIO', `UNIX-CONNECT:${socket}`],
  },
];

export interface Relay {
  readonly name: string;
  readonly socket: string;
  readonly argv: Argv;
}

/**
 * Runs a harmless question inside. Not by `Docker.exec`, which ends by force what doesn't answer: the container may
 * be production.
 */
async function askInside(
  world: { readonly processes: Processes; readonly docker: Docker },
  { container, user }: ServerPlace,
  argv: Argv,
  limits: CallLimits,
): Promise<Result<Completed, Problem>> {
  const asked = world.docker.program(container, { argv, ...(user !== undefined && { user }) });
  if (!asked.ok) return asked;
  const ended = await world.processes.run({ ...asked.value.program, stdin: '' }, limits);
  if (!ended.ok) return ended;
  const { exitCode, stderr } = ended.value;
  if (exitCode !== 0 && /Cannot connect to the Docker daemon|error during connect/.test(stderr))
    return err(downAt(container.host, cut(stderr.trim(), 300)));
  if (
    /^Error: No such container|^Error response from daemon: (Container \S+ is not running|No such container)/m.test(
      stderr,
    )
  )
    return err({
      code: 'CONTAINER_GONE',
      message: `the container ${container.name} is not there or doesn't run: ${cut(stderr.trim(), 300)}`,
    });
  return ended;
}

/** Finds the server's socket and what can speak to it. */
export async function findRelay(
  world: { readonly processes: Processes; readonly docker: Docker },
  place: ServerPlace,
  limits: CallLimits,
): Promise<Result<Relay, Problem>> {
  const { name } = place.container;
  const socket = await findSocket(world, place, limits);
  if (!socket.ok) return socket;
  for (const { name: program, probe, argv } of candidates) {
    const asked = await askInside(world, place, probe, limits);
    if (!asked.ok) return asked;
    if (asked.value.exitCode === 0)
      return ok({ name: program, socket: socket.value, argv: argv(socket.value) });
  }
  return err({
    code: 'RELAY_MISSING',
    message: `nothing in the container ${name} can speak to a Unix socket: it has neither perl nor python3 nor socat`,
    next: 'take an image that has one of them (the official Debian one has perl), or reach the server by url:',
  });
}

async function findSocket(
  world: { readonly processes: Processes; readonly docker: Docker },
  place: ServerPlace,
  limits: CallLimits,
): Promise<Result<string, Problem>> {
  for (const folder of place.sockets) {
    const socket = `${folder}/.s.PGSQL.5432`;
    const asked = await askInside(world, place, ['test', '-S', socket], limits);
    if (!asked.ok) return asked;
    if (asked.value.exitCode === 0) return ok(socket);
  }
  return err({
    code: 'SOCKET_MISSING',
    message: `no PostgreSQL server listens in the container ${place.container.name} (looked in ${place.sockets.join(', ')})`,
    next: 'start it, or say where its socket is: docker: {container: …, socket: FOLDER}',
  });
}
