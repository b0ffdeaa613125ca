import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DockerHandle } from '../../../src/ports/docker.js';
import { dockerOn, startServerContainer, testEngine } from '../../support/docker.js';
import type { Container, TestEngine } from '../../support/docker.js';
import { openWorld, sessionSpec } from '../../support/server.js';
import type { World } from '../../support/server.js';

let engine: TestEngine;
let world: World;
let box: Container;
let docker: (...args: readonly string[]) => string;
beforeAll(async () => {
  engine = await testEngine();
  docker = dockerOn(engine);
  world = await openWorld(engine.host);
  box = await startServerContainer(engine, {
    name: 'bridged',
    database: 'd',
    sql: 'CREATE TABLE t (x text)',
  });
});
afterAll(async () => {
  await world.close();
  box.remove();
});

const limits = { timeoutMs: 30_000, signal: new AbortController().signal };
const handle = (id = box.state().split(' ')[0] ?? ''): DockerHandle => ({
  ...{ type: 'container', host: engine.host, name: box.name, run: '', nonce: '', id, volumes: null },
});
const open = async () => {
  const bridge = await world.bridges.open(
    { container: handle(), sockets: ['/nowhere', '/var/run/postgresql'] },
    limits,
  );
  if (!bridge.ok) throw new Error(bridge.error.message);
  return bridge.value;
};
const connection = (host: string) => ({ host, port: 5432, database: 'd', user: 'postgres' });
const relays = (): number =>
  docker('top', box.name)
    .split('\n')
    .filter((line) => line.includes('perl')).length;

const psql = (host: string, ...args: string[]) =>
  promisify(execFile)('psql', ['-XAqt', '-h', host, '-U', 'postgres', '-d', 'd', ...args], {
    maxBuffer: 1 << 28,
    env: { PATH: process.env['PATH'] },
  });

describe('a private socket that leads into a container', () => {
  test('finds the socket and what speaks to it, and closes without a trace', async () => {
    const bridge = await open();
    expect(bridge).toMatchObject({ relay: 'perl', socket: '/var/run/postgresql/.s.PGSQL.5432' });
    const session = await world.postgres.open(sessionSpec(connection(bridge.folder)));
    expect(session.ok).toBe(true);
    await bridge.close();
    await expect.poll(relays, { timeout: 10_000 }).toBe(0);
    expect(existsSync(bridge.folder)).toBe(false);
  });

  test('carries much in both directions at once, byte for byte', async () => {
    const bridge = await open();
    const rows = 20_000;
    const sent = psql(
      bridge.folder,
      '-c',
      `INSERT INTO t SELECT repeat('y', 1000) FROM generate_series(1, ${rows}) RETURNING x`,
    );
    const [{ stdout }] = await Promise.all([sent, psql(bridge.folder, '-c', 'SELECT 1')]);
    expect(stdout).toBe(`${'y'.repeat(1000)}\n`.repeat(rows));
    await bridge.close();
  });

  test('a client that is killed takes its relay with it', async () => {
    const bridge = await open();
    const session = await world.postgres.open(sessionSpec(connection(bridge.folder)));
    if (!session.ok) throw new Error(session.error.message);
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line.includes('docker\0--config') && line.includes(handle().id ?? '?'))
        process.kill(Number(pid), 'SIGKILL');
    }
    await expect.poll(relays, { timeout: 10_000 }).toBe(0);
    expect(await session.value.query('SELECT 1')).toMatchObject({ ok: false });
    await bridge.close();
  });

  test('says why a server is out of reach, in the words of the protocol', async () => {
    const bridge = await open();
    docker('stop', '--time', '0', box.name);
    const session = await world.postgres.open(sessionSpec(connection(bridge.folder)));
    expect(session).toMatchObject({ ok: false });
    if (!session.ok)
      expect(session.error.message).toMatch(/container bridged can't be reached: it does not run \(exited\)/);
    docker('start', box.name);
    await expect
      .poll(async () => (await world.postgres.open(sessionSpec(connection(bridge.folder)))).ok, {
        timeout: 20_000,
      })
      .toBe(true);
    await bridge.close();
  });

  test.each([
    ['no server in it', ['sleep', '600'], 'SOCKET_MISSING'],
    [
      'nothing that speaks to sockets',
      ['sh', '-c', 'rm -f /usr/bin/perl*; exec docker-entrypoint.sh postgres'],
      'RELAY_MISSING',
    ],
  ])('a container with %s is refused', async (_, argv, code) => {
    const id = docker('run', '--detach', '--network', 'none', engine.image, ...argv);
    const opened = async () =>
      world.bridges.open({ container: handle(id), sockets: ['/var/run/postgresql'] }, limits);
    await expect
      .poll(
        async () => {
          const bridge = await opened();
          return bridge.ok ? 'opened' : bridge.error.code;
        },
        { timeout: 20_000 },
      )
      .toBe(code);
    docker('rm', '--force', '--volumes', id);
  });
});
