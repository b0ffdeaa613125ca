import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContainerServerHandle, Server, ServerSpec } from '../../../src/ports/sandbox.js';
import { testEngine } from '../../support/docker.js';
import type { TestEngine } from '../../support/docker.js';
import { openSession, openWorld, startServer } from '../../support/server.js';
import type { World } from '../../support/server.js';

let engine: TestEngine;
let world: World;
beforeAll(async () => {
  engine = await testEngine();
  world = await openWorld(engine.host);
});
afterAll(() => world.close());

const docker = (...args: string[]): string =>
  execFileSync('docker', ['-H', engine.host, ...args], { encoding: 'utf8' }).trim();

const run = 'R-test';
const start = (more: Partial<ServerSpec> = {}): Promise<Server> =>
  startServer(world, { container: { run, image: engine.image }, ...more });

function handleOf({ handle }: Pick<Server, 'handle'>): ContainerServerHandle {
  if (handle.engine !== 'docker') throw new Error('not a container');
  return handle;
}

async function destroyed(server: Server): Promise<void> {
  expect(await world.sandboxes.destroy(server.handle)).toMatchObject({ ok: true });
  expect(docker('ps', '--all', '--quiet', '--filter', `name=${handleOf(server).name}`)).toBe('');
}

const inspected = (server: Server, format: string): string =>
  docker('inspect', '--format', format, handleOf(server).name);

describe('a throwaway server in a container', () => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });

  test('has no port, no network, no root, and the settings of a local one', async () => {
    expect(
      inspected(server, '{{json .HostConfig.PortBindings}} {{.HostConfig.NetworkMode}} {{.Config.User}}'),
    ).toBe('{} none postgres');
    expect(inspected(server, '{{index .Config.Labels "gatebook.run"}}')).toBe(run);
    expect(docker('exec', handleOf(server).name, 'sh', '-c', 'cat /proc/1/comm; stat -c %u /proc/1')).toBe(
      'postgres\n999',
    );
    const session = await openSession(world, server.connection);
    const rows = await session.query(
      "SELECT current_setting('listen_addresses') AS tcp, current_setting('fsync') AS fsync, current_setting('log_destination') AS log, current_database()::text AS d",
    );
    expect(rows).toMatchObject({
      ok: true,
      value: { rows: [{ tcp: '', fsync: 'off', log: 'jsonlog', d: 'directus' }] },
    });
    await session.close();
  });

  test('its sessions end with their clients', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => openSession(world, server.connection)));
    const relays = () =>
      docker('top', handleOf(server).name)
        .split('\n')
        .filter((line) => line.includes('perl')).length;
    expect(relays()).toBeGreaterThanOrEqual(3);
    await Promise.all(sessions.map((session) => session.close()));
    await expect.poll(relays, { timeout: 10_000 }).toBe(0);
  });

  test('is destroyed from what was intended alone, with its volumes, as often as wanted', async () => {
    const volumes = handleOf(server).volumes?.split(',') ?? [];
    expect(volumes).toHaveLength(1);
    expect(docker('volume', 'ls', '--quiet').split('\n')).toEqual(expect.arrayContaining(volumes));
    const intent = { ...handleOf(server), id: null, volumes: null };
    expect(await world.sandboxes.destroy(intent)).toMatchObject({ ok: true });
    expect(docker('volume', 'ls', '--quiet').split('\n')).not.toEqual(expect.arrayContaining(volumes));
    await destroyed(server);
    await destroyed(server);
  });
});

describe('another one', () => {
  test('its password is asked of every session and stands nowhere', async () => {
    const password = 'correct-horse-7';
    const server = await start({ password });
    try {
      expect(server.systemIdentifier).toMatch(/^[0-9]{18,20}$/);
      const session = await openSession(world, server.connection);
      await session.close();
      await expect(openSession(world, { ...server.connection, password: 'wrong' })).rejects.toThrow(
        /password|28P01/,
      );
      const { name } = handleOf(server);
      expect(docker('inspect', name)).not.toContain(password);
      expect(docker('exec', name, 'sh', '-c', `grep -rlF "$0" /tmp /proc/1/environ || true`, password)).toBe(
        '',
      );
    } finally {
      await destroyed(server);
    }
  });

  test('in a network of the run it is reached by its name, with its password only', async () => {
    const password = 'correct-horse-7';
    const intent = world.docker.intend('network', 'sandbox-test-net', run);
    const limits = { timeoutMs: 20_000, signal: new AbortController().signal };
    const network = await world.docker.createNetwork(intent, { internal: true }, limits);
    if (!network.ok) throw new Error(network.error.message);
    const container = { run, image: engine.image, name: 'networked', network: intent.name };
    const server = await start({ container, password });
    const ask = (secret: string): string =>
      docker(
        ...['run', '--rm', '--network', intent.name, '--env', `PGPASSWORD=${secret}`, engine.image],
        ...['sh', '-c', 'psql -XAqt -h networked -U postgres -d directus -c "select 1" 2>&1 || true'],
      );
    try {
      expect(ask(password)).toBe('1');
      expect(ask('wrong')).toMatch(/password authentication failed/);
      expect(inspected(server, '{{json .HostConfig.PortBindings}}')).toBe('{}');
    } finally {
      await destroyed(server);
      expect(await world.docker.destroy(network.value)).toMatchObject({ ok: true });
    }
  });

  test('a container of that name that is not ours stands in the way and stays', async () => {
    const id = docker('run', '-d', '--name', 'taken', '--network', 'none', engine.image, 'sleep', '600');
    const container = { run, name: 'taken', image: engine.image };
    const started = await world.sandboxes.start(world.sandboxes.intend(container), {
      ...{ container, database: 'x', timeoutMs: 20_000, signal: new AbortController().signal },
    });
    expect(started).toMatchObject({ ok: false, error: { code: 'RESOURCE_EXISTS' } });
    expect(docker('inspect', '--format', '{{.Id}} {{.State.Status}}', 'taken')).toBe(`${id} running`);
    docker('rm', '-f', 'taken');
  });

  test.each([
    ['an image that the engine has not', { image: `sha256:${'0'.repeat(64)}` }, {}, 'IMAGE_MISSING'],
    ['another version than its source', {}, { major: 9 }, 'ENGINE_VERSION'],
    ['a network without a password', { network: 'bridge' }, {}, 'SANDBOX_FAILED'],
  ])('%s is refused, and nothing is left', async (_, container, spec, code) => {
    const plan = { run, image: engine.image, ...container };
    const intent = world.sandboxes.intend(plan);
    const started = await world.sandboxes.start(intent, {
      ...{ container: plan, database: 'x', timeoutMs: 20_000, signal: new AbortController().signal },
      ...spec,
    });
    expect(started).toMatchObject({ ok: false, error: { code } });
    expect(docker('ps', '--all', '--quiet', '--filter', `label=gatebook.run=${run}`)).toBe('');
  });
});
