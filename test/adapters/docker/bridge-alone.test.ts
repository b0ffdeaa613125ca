import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBridges } from '../../../src/adapters/docker/bridge.js';
import { err, ok } from '../../../src/base/result.js';
import type { Bridge, Bridges } from '../../../src/ports/bridge.js';
import type { Docker, DockerHandle, ExecSpec } from '../../../src/ports/docker.js';
import type { Processes } from '../../../src/ports/process.js';

// An engine of our own, which says and does what the test wants.

const limits = { timeoutMs: 1000, signal: new AbortController().signal };
const container: DockerHandle = {
  ...{
    type: 'container',
    host: 'unix:///e.sock',
    name: 'box',
    id: 'b0c5',
    run: '',
    nonce: '',
    volumes: null,
  },
};
const place = { container, sockets: ['/s'], user: 'postgres' } as const;
let root: string;
let asked: { container: DockerHandle; user: string | undefined }[];
/** What each question inside ends with, and what a connection's program does. */
let probe: { exitCode: number; stderr: string };
let carry: Processes['pipeline'];
let found: Awaited<ReturnType<Docker['container']>>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gbb-'));
  asked = [];
  probe = { exitCode: 0, stderr: '' };
  carry = () => Promise.resolve(ok([]));
  found = ok(null);
});
afterEach(() => rm(root, { recursive: true, force: true }));

function bridges(folder = join(root, 'run/b')): Bridges {
  const docker = {
    program: (of: DockerHandle, { user }: ExecSpec) => {
      asked.push({ container: of, user });
      return ok({ program: { argv: ['true'] }, mark: '' });
    },
    container: (name: string) =>
      Promise.resolve(name === container.id ? found : err({ code: 'X', message: 'not by its name' })),
  } as unknown as Docker;
  const processes = {
    run: () => Promise.resolve(ok(probe)),
    pipeline: (...args: Parameters<Processes['pipeline']>) => carry(...args),
  } as unknown as Processes;
  return createBridges({ docker, processes, folder });
}
const opened = async (from = bridges()): Promise<Bridge> => {
  const bridge = await from.open(place, limits);
  if (!bridge.ok) throw new Error(bridge.error.message);
  return bridge.value;
};
const connect = ({ folder }: Bridge) => createConnection(join(folder, '.s.PGSQL.5432'));
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('its folder, and the one that it lies in, are of who runs alone', async () => {
  const bridge = await opened();
  expect([await modeOf(bridge.folder), await modeOf(dirname(bridge.folder))]).toEqual(['700', '700']);
  await bridge.close();
});

test('all that were opened are closed together, and leave nothing', async () => {
  const all = bridges();
  const folders = [(await opened(all)).folder, (await opened(all)).folder];
  await all.closeAll();
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});

test('each question and each connection is of the user who was named, in that container', async () => {
  const bridge = await opened();
  await text(connect(bridge));
  expect(asked).toHaveLength(3);
  for (const one of asked) expect(one).toEqual({ container, user: 'postgres' });
  await bridge.close();
});

describe('where no socket can be made, it says so and leaves no folder', () => {
  const named = (bytes: number): string => `${root}/`.padEnd(bytes - '/b123456/.s.PGSQL.5432'.length, 'x');

  test('since its path is too long by one byte', async () => {
    await (await opened(bridges(named(107)))).close();
    const refused = await bridges(named(108)).open(place, limits);
    expect(refused).toMatchObject({ ok: false, error: { code: 'BRIDGE_FAILED' } });
    expect(await readdir(root)).toEqual([named(107).slice(root.length + 1)]);
  });

  test('since a file is in the way', async () => {
    const refused = await bridges('/dev/null/b').open(place, limits);
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'BRIDGE_FAILED', message: expect.stringContaining('/dev/null') as string },
    });
  });
});

describe('a client of it', () => {
  test('is told what became of the container, which is asked for by its id', async () => {
    const bridge = await opened();
    const heard = async (): Promise<string> => text(connect(bridge));
    expect(await heard()).toContain("the server in the container box can't be reached: it is gone\0");
    found = ok({ id: 'b0c5', running: true, status: 'running' } as never);
    expect(await heard()).toContain('the connection was closed');
    carry = () => Promise.resolve(ok([{ stderr: 'a\nconnect: refused\n' } as never]));
    expect(await heard()).toContain(': connect: refused\0');
    await bridge.close();
  });

  test('hears nothing of ours where the server has begun to speak', async () => {
    carry = async (_, { consume }) => {
      await consume?.(Readable.from([Buffer.from('half a row')]));
      return err({ code: 'X', message: 'lost' });
    };
    const bridge = await opened();
    expect(await text(connect(bridge))).toBe('half a row');
    await bridge.close();
  });

  test('is waited for when it is closed: nothing that it started is still at work afterwards', async () => {
    let ended = false;
    let begun = (): void => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    carry = async (_, __, { signal }) => {
      begun();
      await once(signal, 'abort');
      await sleep(30);
      ended = true;
      return ok([]);
    };
    const bridge = await opened();
    const client = connect(bridge).resume();
    await beginning;
    await bridge.close();
    expect(ended).toBe(true);
    client.destroy();
  });
});

test.each([
  ['Cannot connect to the Docker daemon at unix:///e.sock', 'ENGINE_DOWN'],
  ['error during connect: EOF', 'ENGINE_DOWN'],
  ['Error: No such container: b0c5', 'CONTAINER_GONE'],
  ['Error response from daemon: No such container: b0c5', 'CONTAINER_GONE'],
  ['Error response from daemon: Container b0c5 is not running', 'CONTAINER_GONE'],
  ['sh: test: not found', 'SOCKET_MISSING'],
])('%j is what it is: %s', async (stderr, code) => {
  probe = { exitCode: 1, stderr };
  expect(await bridges().open(place, limits)).toMatchObject({ ok: false, error: { code } });
  expect(await readdir(root)).toEqual([]);
});
