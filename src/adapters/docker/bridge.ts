import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Bridge, Bridges, ServerPlace } from '../../ports/bridge.js';
import type { CallLimits, Docker, DockerHandle } from '../../ports/docker.js';
import type { Processes } from '../../ports/process.js';
import type { Problem } from '../../text/problem.js';
import { makeFolders } from '../make-folders.js';
import type { Relay } from './relay.js';
import { findRelay } from './relay.js';

/** A connection may last as long as the run; Node's longest timer. */
const longestMs = 2 ** 31 - 1;
/** How long it may take to find out why a connection failed. */
const reasonMs = 5_000;
/** `sun_path` (unix(7)), with its final zero. */
const longestPath = 107;

interface World {
  readonly processes: Processes;
  readonly docker: Docker;
  /** Private, of the run or of its teardown; made where it isn't there. */
  readonly folder: string;
}

/** See `Bridges`. */
export function createBridges(world: World): Bridges {
  const bridges = new Set<Bridge>();
  return {
    open: async (place, limits) => {
      const opened = await openBridge(world, place, limits);
      if (opened.ok) bridges.add(opened.value);
      return opened;
    },
    closeAll: async () => {
      await Promise.all([...bridges].map((bridge) => bridge.close()));
      bridges.clear();
    },
  };
}

async function openBridge(
  world: World,
  place: ServerPlace,
  limits: CallLimits,
): Promise<Result<Bridge, Problem>> {
  const relay = await findRelay(world, place, limits);
  if (!relay.ok) return relay;
  const folder = join(world.folder, `b${randomBytes(3).toString('hex')}`);
  const path = join(folder, '.s.PGSQL.5432');
  if (!folder.startsWith('/') || Buffer.byteLength(path) > longestPath)
    return err({
      code: 'BRIDGE_FAILED',
      message: `no socket can be made here: ${path}`,
      next: 'set TMPDIR to a short path, /tmp',
    });
  const made = await makeFolder(folder).then(ok, (error: unknown) =>
    err({ code: 'BRIDGE_FAILED', message: `no socket can be made here: ${String(error)}` }),
  );
  if (!made.ok) return made;
  const closing = new AbortController();
  const connections = new Set<Promise<void>>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const carried = carry(world, { ...place, argv: relay.value.argv }, client, closing.signal);
    connections.add(carried);
    void carried.finally(() => connections.delete(carried));
  });
  const listening = await listen(server, path);
  if (!listening.ok) {
    await remove(folder);
    return listening;
  }
  return ok({
    folder,
    relay: relay.value.name,
    socket: relay.value.socket,
    close: async () => {
      server.close();
      closing.abort();
      await Promise.all(connections);
      await remove(folder);
    },
  });
}

/** What is left of it goes with the folder that it stands in, which is the ledger's to prove gone. */
const remove = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true }).catch(() => undefined);

async function makeFolder(folder: string): Promise<void> {
  makeFolders(dirname(folder), 0o700);
  await mkdir(folder, { mode: 0o700 });
  await chmod(folder, 0o700);
}

function listen(server: Server, path: string): Promise<Result<null, Problem>> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      resolve(err({ code: 'BRIDGE_FAILED', message: `no socket can be made at ${path}: ${error.message}` }));
    });
    server.listen(path, () => {
      // It holds nobody back: with the last session the run's work is over.
      server.unref();
      resolve(ok(null));
    });
  });
}

/** One connection: a program of the container between the client and the server's socket. */
async function carry(
  { processes, docker }: World,
  { container, user, argv }: ServerPlace & Pick<Relay, 'argv'>,
  client: Socket,
  signal: AbortSignal,
): Promise<void> {
  client.on('error', () => undefined);
  // A program that ends takes its input with it; the client still has to be told why.
  const input = client.pipe(new PassThrough());
  client.on('close', () => input.end());
  const relay = docker.program(container, { argv, ...(user !== undefined && { user }) });
  const heard = { anything: false };
  const consume = async (out: Readable): Promise<void> => {
    out.once('data', () => (heard.anything = true));
    await pump(out, client, { end: false });
  };
  const ended = relay.ok
    ? await processes.pipeline([relay.value.program], { input, consume }, { timeoutMs: longestMs, signal })
    : relay;
  if (!client.destroyed && !heard.anything) client.write(fatal(await whyNot(docker, container, ended)));
  client.end();
  client.destroySoon();
}

/** What became of the container; where it is as it should be, what the program said. */
async function whyNot(
  docker: Docker,
  { name, id }: DockerHandle,
  ended: Result<readonly { readonly stderr: string }[], Problem>,
): Promise<string> {
  const found = await docker.container(id ?? name, {
    timeoutMs: reasonMs,
    signal: new AbortController().signal,
  });
  const said = ended.ok ? (ended.value[0]?.stderr.trim().split('\n').at(-1) ?? '') : ended.error.message;
  const words = !found.ok
    ? found.error.message
    : found.value === null
      ? 'it is gone'
      : found.value.running
        ? said.slice(0, 300) || 'the connection was closed'
        : `it does not run (${found.value.status})`;
  return `the server in the container ${name} can't be reached: ${words}`;
}

/** ErrorResponse (PostgreSQL docs, 55.7), so that a client says why and not only that. 08006: connection_failure. */
function fatal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C08006\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
