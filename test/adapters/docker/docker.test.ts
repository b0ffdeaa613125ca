import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDocker } from '../../../src/adapters/docker/index.js';
import { limits, openBench, problem, value, type Bench } from './support.js';

const clients = ['/usr/local/bin', '/usr/bin'].filter((folder) => existsSync(`${folder}/docker`));

describe.each(clients)('with the client in %s', (path) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(path);
  });
  afterEach(() => bench.settle());

  test('says which engine answers', async () => {
    const { version, apiVersion } = value(await bench.docker.engine(limits()));
    expect(`${version} ${apiVersion}`).toMatch(/^\d+\.\d+\S* \d+\.\d+$/);
  });

  test('a container is made, seen, entered and destroyed by its id', async () => {
    const { docker, image, run } = bench;
    const handle = await bench.container({ env: { TOKEN: 'sesame open' } });
    const facts = value(await docker.container(handle.name, limits()));
    expect(facts).toMatchObject({
      ...{ id: handle.id, name: handle.name, image, status: 'running', running: true, privileged: false },
      ...{ ports: [], networks: [{ name: 'none', address: '' }], restartCount: 0 },
      labels: { 'gatebook.run': run, 'gatebook.nonce': handle.nonce },
    });
    expect(facts?.startedAt).toBe(await bench.cli('inspect', '-f', '{{.State.StartedAt}}', handle.name));
    const ended = value(await docker.exec(handle, { argv: ['sh', '-c', 'echo "$TOKEN"; exit 7'] }, limits()));
    expect(ended).toMatchObject({ exitCode: 7, stdout: 'sesame open\n', program: 'sh' });
    expect(value(await docker.destroy(handle))).toBe(
      `no container ${handle.name} (${handle.id?.slice(0, 12) ?? ''}), nor its volume`,
    );
    expect(value(await docker.container(handle.id ?? '', limits()))).toBeNull();
    expect(value(await docker.destroy(handle))).toContain(
      'was already gone: something else than this run removed it',
    );
  });

  test('networks and volumes are made and destroyed', async () => {
    const { docker, run } = bench;
    const network = value(
      await docker.createNetwork(
        docker.intend('network', bench.name('net'), run),
        { internal: true },
        limits(),
      ),
    );
    const volume = value(
      await docker.createVolume(docker.intend('volume', bench.name('vol'), run), limits()),
    );
    bench.owe(network);
    bench.owe(volume);
    const box = await bench.container({
      network: network.id ?? '',
      mounts: [{ type: 'volume', from: volume.name, to: '/data', readOnly: true }],
    });
    const facts = value(await docker.container(box.name, limits()));
    expect(facts?.networks.map((n) => n.name)).toEqual([network.name]);
    expect(facts?.mounts).toContainEqual({ type: 'volume', from: volume.name, to: '/data', readOnly: true });
    expect(problem(await docker.destroy(volume)).message).toContain('volume is in use');
    await docker.destroy(box);
    expect(value(await docker.destroy(volume))).toBe(`no volume ${volume.name}`);
    expect(value(await docker.destroy(network))).toContain(`no network ${network.name}`);
    expect(value(await docker.destroy(network))).toContain('was already gone');
  });

  test('what is absent is absent, in every kind', async () => {
    const { docker } = bench;
    expect(value(await docker.container('nobody-is-called-so', limits()))).toBeNull();
    expect(value(await docker.image(`sha256:${'0'.repeat(64)}`, limits()))).toBeNull();
    expect(value(await docker.image(`nobody@sha256:${'0'.repeat(64)}`, limits()))).toBeNull();
    expect(value(await docker.containers({ label: 'nobody=bears' }, limits()))).toEqual([]);
    const asked = performance.now();
    const gone = await Promise.all(
      (['container', 'network', 'volume'] as const).map(async (type) =>
        value(await docker.destroy(docker.intend(type, 'nobody-is-called-so', 'r'))),
      ),
    );
    expect(gone).toEqual(
      ['container', 'network', 'volume'].map((type) => `no ${type} nobody-is-called-so was ever made`),
    );
    // What was asked for by a runner that was killed may still be in the making.
    expect(performance.now() - asked).toBeGreaterThan(2000);
  });

  test('a name that is taken is refused, and what bears it is left alone', async () => {
    const { docker, image, run } = bench;
    const box = await bench.container();
    const second = docker.intend('container', box.name, run);
    expect(problem(await docker.createContainer(second, { image, network: 'none' }, limits())).code).toBe(
      'RESOURCE_EXISTS',
    );
    expect(value(await docker.destroy(second))).toContain("is another's and is left alone");
    for (const type of ['network', 'volume'] as const) {
      const intend = () => docker.intend(type, `${run}-${type}`, run);
      const make = (intent: ReturnType<typeof intend>) =>
        type === 'network'
          ? docker.createNetwork(intent, { internal: true }, limits())
          : docker.createVolume(intent, limits());
      const first = bench.owe(value(await make(intend())));
      const other = intend();
      expect(problem(await make(other)).code).toBe('RESOURCE_EXISTS');
      expect(value(await docker.destroy(other))).toContain("is another's and is left alone");
      expect(await bench.cli(type, 'inspect', '-f', '{{index .Labels "gatebook.nonce"}}', first.name)).toBe(
        first.nonce,
      );
    }
    expect(value(await docker.container(box.name, limits()))?.id).toBe(box.id);
  });

  test('what this run had only announced is found by name and nonce', async () => {
    const { docker, image, run } = bench;
    const intent = docker.intend('container', bench.name('half'), run);
    const made = value(await docker.createContainer(intent, { image, network: 'none' }, limits()));
    const volume = made.volumes ?? '';
    expect(volume).toMatch(/^[0-9a-f]{64}$/);
    // The runner died before the id was written down: the ledger has the intent alone.
    expect(value(await docker.destroy(intent))).toContain(`no container ${intent.name} (`);
    expect(value(await docker.container(made.id ?? '', limits()))).toBeNull();
    await expect(bench.cli('volume', 'inspect', volume)).rejects.toThrow(/no such volume/i);
  });

  test('anonymous volumes go, also when the container was removed by another hand', async () => {
    const box = await bench.container();
    expect(box.volumes).toMatch(/^[0-9a-f]{64}$/);
    await bench.cli('rm', '-f', box.name);
    await bench.cli('volume', 'inspect', box.volumes ?? '');
    expect(value(await bench.docker.destroy(box))).toMatch(/was already gone.*nor its volume$/);
    await expect(bench.cli('volume', 'inspect', box.volumes ?? '')).rejects.toThrow(/no such volume/i);
  });

  test('files are copied in whole, and read back without a program of the container', async () => {
    const { docker } = bench;
    const box = await bench.container();
    const content = Buffer.alloc(3 << 20, 'gatebook ');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const file = {
      path: '/tmp/copied',
      content: Readable.from([content]),
      sizeBytes: content.length,
      mode: 0o750,
    };
    expect(value(await docker.copyIn(box, file, limits()))).toEqual({ sha256, sizeBytes: content.length });
    const listed = value(
      await docker.exec(box, { argv: ['stat', '-c', '%a %u %s', '/tmp/copied'] }, limits()),
    );
    expect(listed.stdout).toBe(`750 0 ${content.length}\n`);
    const again = { ...file, content: new Uint8Array(1), sizeBytes: 1 };
    expect(problem(await docker.copyIn(box, again, limits())).code).toBe('FILE_EXISTS');
    expect(problem(await docker.copyIn(box, { ...again, path: '/tmp' }, limits())).code).toBe('FILE_EXISTS');
    expect(problem(await docker.copyIn(box, { ...again, path: '/no/such/folder/x' }, limits())).code).toBe(
      'FILE_ABSENT',
    );
    expect(
      problem(await docker.copyIn(box, { ...again, path: '/tmp/short', sizeBytes: 2 }, limits())).code,
    ).not.toBe('');
    expect(value(await docker.fileIn(box, '/tmp/none', limits()))).toBeNull();
    expect(problem(await docker.fileIn(box, '/tmp', limits())).code).toBe('FILE_NOT_REGULAR');
    expect(problem(await docker.fileIn(box, '/usr/bin/../bin/sh', limits())).code).toBe('FILE_ABSENT');
  });

  test('a program that is not there, a container that stopped or is gone: never an exit code', async () => {
    const { docker } = bench;
    const box = await bench.container();
    expect(problem(await docker.exec(box, { argv: ['no-such-program'] }, limits())).code).toBe(
      'PROGRAM_MISSING',
    );
    expect(value(await docker.exec(box, { argv: ['sh', '-c', 'exit 126'] }, limits())).exitCode).toBe(126);
    await bench.cli('stop', '-t', '0', box.name);
    expect(problem(await docker.exec(box, { argv: ['false'] }, limits())).code).toBe('CONTAINER_STOPPED');
    await bench.cli('rm', '-f', '-v', box.name);
    expect(problem(await docker.exec(box, { argv: ['false'] }, limits())).code).toBe('CONTAINER_GONE');
    expect(problem(await docker.fileIn(box, '/etc/passwd', limits())).code).toBe('CONTAINER_GONE');
  });
});

describe('an engine', () => {
  test('that does not answer is down, for every question', async () => {
    const bench = await openBench();
    const docker = createDocker({ processes: bench.processes, host: 'unix:///nonexistent/docker.sock' });
    expect(problem(await docker.container('x', limits())).code).toBe('ENGINE_DOWN');
    expect(problem(await docker.containers({ label: 'x' }, limits())).code).toBe('ENGINE_DOWN');
    expect(problem(await docker.engine(limits())).code).toBe('ENGINE_DOWN');
    expect(problem(await docker.destroy(docker.intend('volume', 'name', 'r'))).code).toBe('ENGINE_DOWN');
  });

  test('elsewhere than on this machine is not spoken to', async () => {
    const bench = await openBench();
    for (const host of ['tcp://127.0.0.1:2375', 'ssh://somebody@somewhere', 'unix://relative.sock', '']) {
      const docker = createDocker({ processes: bench.processes, host });
      expect(problem(await docker.container('x', limits())).code).toBe('ENGINE_ADDRESS');
      const handle = { ...docker.intend('container', 'name', 'r') };
      expect(problem(await docker.destroy(handle)).code).toBe('BAD_HANDLE');
    }
  });

  test('a variable that would steer the client is refused', async () => {
    const bench = await openBench();
    const box = await bench.container();
    for (const name of ['DOCKER_HOST', 'LD_PRELOAD', 'GATEBOOK_EXEC'])
      expect(
        problem(await bench.docker.exec(box, { argv: ['true'], env: { [name]: 'x' } }, limits())).code,
      ).toBe('ENV_REFUSED');
    await bench.settle();
  });
});
