import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execute as container } from '../../../src/kinds/actions/docker.container/execute.js';
import { execute as network } from '../../../src/kinds/actions/docker.network/execute.js';
import { execute as volume } from '../../../src/kinds/actions/docker.volume/execute.js';
import { execute as exec } from '../../../src/kinds/actions/exec/execute.js';
import { execute as observe } from '../../../src/kinds/probes/docker.container/execute.js';
import { execute as observeAll } from '../../../src/kinds/probes/docker.containers/execute.js';
import { problem, value } from '../../adapters/docker/support.js';
import { watchArguments } from '../../support/gatebook.js';
import { openKit, type Kit } from './support.js';

let kit: Kit;
let box: { readonly name: string; readonly image: string; readonly argv: string[] };
beforeEach(async () => {
  kit = await openKit();
  box = { name: kit.bench.name('box'), image: kit.bench.image, argv: ['sleep', 'infinity'] };
});
afterEach(() => kit.close());

test('is isolated unless it says otherwise, and in the ledger before it is there', async () => {
  const made = value(await kit.act('box', container, box));
  expect(kit.log).toEqual(['intended box', 'created box']);
  expect(kit.entries[0]?.handle).toMatchObject({
    type: 'container',
    name: box.name,
    id: made.outputs['id'] ?? '',
  });
  const seen = await kit.look(observe, { name: box.name });
  expect(seen).toMatchObject({
    ...{ present: true, ...made.outputs, status: 'running', image: box.image },
    ...{ ports: [], networks: ['none'], privileged: false, restart_count: 0 },
  });
  expect(made.words).toContain('no network; no published port');
});

test('joins a network, mounts read-only, publishes what it declares', async () => {
  const { project } = kit.context.run;
  mkdirSync(join(project, 'in'));
  writeFileSync(join(project, 'in/note'), 'read me');
  const [net, vol] = [kit.bench.name('net'), kit.bench.name('vol')];
  value(await kit.act('net', network, { name: net, internal: false }));
  value(await kit.act('vol', volume, { name: vol }));
  const args = {
    ...box,
    network: 'net',
    user: '65534:65534',
    cwd: '/tmp',
    mounts: [
      { from: 'in', to: '/in' },
      { volume: 'vol', to: '/data', read_only: false },
    ],
    publish: [{ port: 5432 }],
  };
  value(await kit.act('box', container, args));
  const seen: unknown = await kit.look(observe, { name: box.name });
  expect(seen).toMatchObject({
    networks: [net],
    mounts: expect.arrayContaining([
      { type: 'bind', from: join(project, 'in'), to: '/in', read_only: true },
      { type: 'volume', from: vol, to: '/data', read_only: false },
    ]) as unknown,
    ports: [{ port: '5432/tcp', host_ip: '127.0.0.1', host_port: expect.stringMatching(/^\d+$/) as unknown }],
  });
  const run = (script: string) => kit.bench.cli('exec', box.name, 'sh', '-c', script);
  expect(await run('cat /in/note; id -u; pwd')).toBe('read me65534\n/tmp');
  await expect(run('echo x > /in/note')).rejects.toThrow(/Read-only file system/);
});

test('the containers of a run are found by their label, sorted', async () => {
  const label = `gatebook.run=${kit.context.run.id}`;
  for (const as of ['b', 'a', 'c'])
    value(await kit.act(as, container, { ...box, name: `${box.name}-${as}` }));
  const seen = (await kit.look(observeAll, { label })) as { count: number; containers: { name: string }[] };
  const mine = seen.containers.map(({ name }) => name).filter((name) => name.startsWith(box.name));
  expect(mine).toEqual(['a', 'b', 'c'].map((as) => `${box.name}-${as}`));
  expect(await kit.look(observeAll, { name: `${box.name}-b` })).toMatchObject({ count: 1 });
  expect(await kit.look(observeAll, { name: box.name })).toEqual({ count: 0, containers: [] });
  expect(await kit.look(observe, { name: box.name })).toMatchObject({
    present: false,
    id: null,
    ports: null,
  });
});

test('a secret goes to it through the environment, never through an argv', async () => {
  const secret = 'correct-horse-battery';
  const watched = watchArguments();
  const made = value(await kit.act('box', container, { ...box, env: { TOKEN: secret } }));
  expect(made.words).toContain('docker inspect shows its environment (TOKEN)');
  expect(await kit.bench.cli('exec', box.name, 'sh', '-c', 'echo $TOKEN')).toBe(secret);
  const asked = kit.act('ran', exec, {
    in: 'box',
    argv: ['sh', '-c', 'until [ -e /tmp/seen ]; do sleep 0.05; done; echo $OTHER'],
    env: { OTHER: secret },
  });
  await watched.until('--env OTHER');
  await kit.bench.cli('exec', box.name, 'touch', '/tmp/seen');
  expect(value(await asked).outputs).toMatchObject({ stdout: secret });
  const seen = [...(await watched.stop())].join('\n');
  expect(seen).not.toContain(secret);
});

describe('is refused', () => {
  const refused = async (args: object): Promise<string> => {
    const before = kit.entries.length;
    const { code, message } = problem(await kit.act('box', container, { ...box, ...args }));
    expect(kit.entries.slice(before).filter(({ state }) => state !== 'destroyed')).toEqual([]);
    return `${code} ${message}`;
  };

  test('of an image that is not there, without a pull', async () => {
    expect(await refused({ image: `sha256:${'0'.repeat(64)}` })).toMatch(
      /^IMAGE_MISSING .*nothing is pulled/,
    );
  });

  test('of an image by a name that can be moved', async () => {
    for (const image of ['postgres:16', 'postgres', 'sha256:0123', `-v@sha256:${'0'.repeat(64)}`])
      expect(await refused({ image })).toMatch(/^IMAGE_UNPINNED/);
  });

  test('with a name that is taken, whose bearer is left alone', async () => {
    const other = await kit.bench.container({}, box.name);
    expect(await refused({})).toMatch(/^RESOURCE_EXISTS .*left as it is/);
    expect(await kit.look(observe, { name: box.name })).toMatchObject({ id: other.id });
  });

  test('with an unsafe name', async () => {
    expect(await refused({ name: '--privileged' })).toMatch(/^UNSAFE_NAME/);
    expect(await refused({ name: 'a/b' })).toMatch(/^UNSAFE_NAME/);
  });

  test('on a network and with a volume that are not of this run', async () => {
    expect(await refused({ network: 'bridge' })).toMatch(/^NOT_OURS this run made no network called bridge/);
    expect(await refused({ network: 'host' })).toMatch(/^NOT_OURS/);
    expect(await refused({ mounts: [{ volume: 'theirs', to: '/x' }] })).toMatch(/^NOT_OURS/);
  });

  test('with a mount that gives away the machine', async () => {
    const mount = (from: string) => refused({ mounts: [{ from, to: '/x' }] });
    const engine = kit.bench.docker.host.replace('unix://', '');
    for (const from of [
      '/',
      '/dev',
      '/proc/1',
      '/run',
      '/run/docker.sock',
      '/var/lib',
      engine,
      join(engine, '..'),
    ])
      expect(await mount(from)).toMatch(/^MOUNT_REFUSED/);
    expect(await mount('/var/run/docker.sock')).toMatch(/^FILE_SYMLINK|^MOUNT_REFUSED/);
    expect(await mount('../outside')).toMatch(/^MOUNT_REFUSED .*leads out of the project/);
    expect(await mount('absent')).toMatch(/^FILE_ABSENT/);
    symlinkSync('/etc', join(kit.context.run.project, 'link'));
    expect(await mount('link')).toMatch(/^FILE_SYMLINK/);
    expect(await mount('link/ssl')).toMatch(/^FILE_SYMLINK/);
    expect(await refused({ mounts: [{ from: '/etc', to: '/' }] })).toMatch(/^MOUNT_REFUSED/);
    expect(await refused({ mounts: [{ to: '/x' }] })).toMatch(/^MOUNT_REFUSED/);
  });

  test('when its program ends at once with an error, which is told', async () => {
    const failing = { argv: ['sh', '-c', 'echo no such luck >&2; exit 3'] };
    const { code, message } = problem(await kit.act('box', container, { ...box, ...failing }));
    expect(`${code} ${message}`).toMatch(/^CONTAINER_FAILED .*ended at once with code 3: no such luck/);
    expect(kit.entries.at(-1)?.state).toBe('created');
  });
});
