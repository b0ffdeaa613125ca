import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocker } from '../../../src/adapters/docker/index.js';
import type { DockerHandle } from '../../../src/ports/docker.js';
import { limits, openBench, problem, value, type Bench } from './support.js';

let bench: Bench;
let box: DockerHandle;
beforeAll(async () => {
  bench = await openBench();
  box = await bench.container();
});
afterAll(() => bench.settle());

/** As the engine sees them, from outside. */
const running = async (box: DockerHandle): Promise<readonly string[]> =>
  (await bench.cli('top', box.id ?? '', '-o', 'pid,args'))
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^\d+ +/, ''));
const only = ['sleep infinity'];

describe('a program inside that takes too long', () => {
  test('is ended in the container, with its children', async () => {
    const argv = ['sh', '-c', 'sleep 1001 & sleep 1002 & sleep 1003'] as const;
    const ended = problem(await bench.docker.exec(box, { argv }, limits(700)));
    expect(ended.code).toBe('TIMEOUT');
    expect(ended.message).toContain(`nothing of it runs in ${box.name} any more`);
    expect(await running(box)).toEqual(only);
  });

  test('is killed where it ignores TERM', async () => {
    const argv = ['sh', '-c', "trap '' TERM; while :; do sleep 0.2; done"] as const;
    expect(problem(await bench.docker.exec(box, { argv }, limits(500))).code).toBe('TIMEOUT');
    expect(await running(box)).toEqual(only);
  });

  test('is found where it has cleared its environment, left its session or changed its user', async () => {
    const inner =
      'env -i sleep 2001 & setsid sleep 2002 & setsid env -i sh -c "sleep 2003 & wait" & exec sleep 2004';
    const argv = ['sh', '-c', `setpriv --reuid 65534 --clear-groups sh -c '${inner}'`] as const;
    const controller = new AbortController();
    const execution = bench.docker.exec(box, { argv }, limits(30_000, controller.signal));
    while ((await running(box)).filter((line) => line.startsWith('sleep 200')).length < 4)
      await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    expect(problem(await execution).code).toBe('CANCELLED');
    expect(await running(box)).toEqual(only);
  });

  test('what else runs there is left alone', async () => {
    const box = await bench.container({ argv: ['sh', '-c', 'sleep 3001 & sleep 3002 & wait'] });
    const before = await running(box);
    expect(problem(await bench.docker.exec(box, { argv: ['sleep', '4001'] }, limits(400))).code).toBe(
      'TIMEOUT',
    );
    expect(await running(box)).toEqual(before);
  });

  test('takes the container with it where the container has no tools to find it', async () => {
    const bare = await bench.container();
    value(await bench.docker.exec(bare, { argv: ['rm', '/usr/bin/grep'] }, limits()));
    expect(problem(await bench.docker.exec(bare, { argv: ['sleep', '5001'] }, limits(400))).code).toBe(
      'TIMEOUT',
    );
    expect(value(await bench.docker.container(bare.id ?? '', limits()))?.status).toBe('exited');
  });

  test('a pipeline ends its member inside by its mark', async () => {
    const { program, mark } = value(bench.docker.program(box, { argv: ['sh', '-c', 'cat; sleep 6001'] }));
    const ended = await bench.processes.run({ ...program, stdin: 'text' }, limits(800));
    expect(problem(ended).code).toBe('TIMEOUT');
    expect(value(await bench.docker.endExec(box, mark))).toBeGreaterThan(0);
    expect(value(await bench.docker.endExec(box, mark))).toBe(0);
    expect(await running(box)).toEqual(only);
  });
});

/** The engine as a proxy with a time limit shows it: what the first program says comes through for so long only. */
async function hasty(host: string, ms: number) {
  const folder = mkdtempSync(join(tmpdir(), 'gbp-'));
  let first = true;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = createConnection({ path: host.slice('unix://'.length), allowHalfOpen: true });
    client.on('error', () => undefined).on('close', () => engine.destroy());
    engine.on('error', () => undefined).on('close', () => client.end());
    client.on('data', (bytes: Buffer) => {
      if (!first || !/\/exec\/[0-9a-f]+\/start/.test(bytes.toString('latin1'))) return;
      first = false;
      setTimeout(() => engine.destroy(), ms);
    });
    client.pipe(engine).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
  const close = (): void => {
    server.close();
    rmSync(folder, { recursive: true });
  };
  return { host: `unix://${join(folder, 's')}`, close };
}

test('a program whose connection is closed before its end has no exit code, and is ended', async () => {
  const proxy = await hasty(bench.docker.host, 400);
  const docker = createDocker({ processes: bench.processes, host: proxy.host });
  const there = { ...box, host: proxy.host };
  const argv = ['sh', '-c', 'echo ok; sleep 7001; exit 9'] as const;
  const ended = problem(await docker.exec(there, { argv }, limits()));
  expect(ended.code).toBe('EXEC_CUT_OFF');
  expect(ended.message).toContain(`nothing of it runs in ${box.name} any more`);
  expect(await running(box)).toEqual(only);
  // What only its children do meanwhile, and another's program, is no reason to doubt one that has ended.
  const other = bench.docker.exec(box, { argv: ['sleep', '3'] }, limits());
  const left = ['sh', '-c', 'sleep 2 >/dev/null 2>&1 & echo ok'] as const;
  expect(value(await bench.docker.exec(box, { argv: left }, limits())).stdout).toBe('ok\n');
  await other;
  proxy.close();
});
