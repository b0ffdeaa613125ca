import { execFileSync } from 'node:child_process';
import { createConnection, createServer } from 'node:net';
import { readFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestEngine } from '../support/docker.js';
import { interruptible, testEngine } from '../support/docker.js';
import { filesBelow, projectRoot, watchArguments } from '../support/gatebook.js';
import type { Project } from '../support/project.js';
import { journalSays, openProject, until } from '../support/project.js';

let engine: TestEngine;
let project: Project;
beforeAll(async () => {
  engine = await testEngine();
});
const token = randomBytes(24).toString('hex');
const open = async (host = engine.host): Promise<Project> =>
  openProject(join(projectRoot, 'test/fixtures/docker'), { DOCKER_HOST: host, BOX_TOKEN: token });
beforeEach(async () => {
  project = await open();
});
afterEach(async () => {
  const runs = await project.runs();
  for (const { id } of runs) expect(containers(id)).toEqual([]);
  expect(await project.leftovers()).toEqual([]);
  await project.close();
});

const docker = (...args: readonly string[]): string =>
  execFileSync('docker', ['-H', engine.host, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
/** Everything that bears the label of a run, of all three kinds. */
const containers = (run: string): readonly string[] =>
  [
    ['container', 'ls', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ].flatMap((list) =>
    docker(...list, '--quiet', '--filter', `label=gatebook.run=${run}`)
      .split('\n')
      .filter(Boolean),
  );
const image = (): readonly string[] => ['--param', `image=${engine.image}`];
const only = async () => {
  const [run] = await project.runs();
  if (run === undefined) throw new Error('there is no run');
  return { ...run, report: await project.report(run) };
};
const proofs = async (): Promise<string> => {
  const { bundle } = await only();
  return readFile(join(bundle, 'journal.jsonl'), 'utf8');
};

test('an isolated container is made, worked in and gone; its secret is nowhere', async () => {
  const watched = watchArguments();
  const ended = await project.run('isolated.yaml', ...image());
  const seen = [...(await watched.stop())].join('\n');
  expect(ended.stderr).toContain('PASS');
  expect(ended.code).toBe(0);
  const { bundle, report } = await only();
  expect(report.teardown.status).toBe('clean');
  expect(seen, 'the name of the secret').toContain('--env TOKEN');
  expect(seen.includes(token)).toBe(false);
  const leaks = [...(await filesBelow(bundle))].filter(([, content]) => content.includes(token));
  expect(leaks.map(([path]) => path)).toEqual([]);
  expect(await readFile(join(bundle, 'report.md'), 'utf8')).toContain('docker inspect shows its environment');
  expect((await project.verify(bundle)).code).toBe(0);
  const binding = JSON.parse(await readFile(join(bundle, 'binding.json'), 'utf8')) as object;
  expect(binding).toMatchObject({ docker: { host: engine.host } });
});

test('in a dry run containers are looked at, and an engine that is silent is no absence', async () => {
  expect((await project.run('absent.yaml', '--dry-run', ...image())).code).toBe(0);
  await project.close();
  project = await open('unix:///nonexistent/docker.sock');
  expect((await project.run('absent.yaml', ...image())).code).toBe(1);
  const { report } = await only();
  expect(report.gates[0]).toMatchObject({ id: 'G-01', state: 'error' });
  expect(report.cause).toMatchObject({ code: 'ENGINE_DOWN' });
});

test('an engine of another machine is refused before anything begins', async () => {
  await project.close();
  project = await open('tcp://127.0.0.1:2375');
  const ended = await project.run('absent.yaml', ...image());
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain('DOCKER_HOST names no engine of this machine');
});

test('in a rehearsal it takes part', async () => {
  expect((await project.run('rehearsed.yaml', ...image())).code).toBe(0);
  const { report } = await only();
  expect(report).toMatchObject({ run: { mode: 'rehearsal' }, verdict: 'PASS' });
  expect(await proofs()).toContain('"stdout":"inside"');
});

const busy = async (): Promise<string> => {
  await until('it is busy', () => journalSays(project, '"command":"C-02","index":0'));
  const box = `box-${(await project.runs())[0]?.id ?? ''}`;
  await until('the program runs inside', () => docker('top', box).includes('sleep 8001'));
  return box;
};

describe('while a program runs inside', () => {
  test('a signal ends it there, and everything goes', async () => {
    const run = project.start('busy.yaml', ...image());
    await busy();
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect((await only()).report.teardown.status).toBe('clean');
  });

  test('kill -9 of the runner leaves nothing after gatebook teardown, twice the same', async () => {
    const run = project.start('busy.yaml', ...image());
    const box = await busy();
    run.kill('SIGKILL');
    await run.ended;
    const { id } = (await project.runs())[0] ?? { id: '' };
    expect(docker('top', box)).toContain('sleep 8001');
    expect((await project.call('teardown', id)).code).toBe(0);
    expect(containers(id)).toEqual([]);
    expect((await project.call('teardown', id)).code).toBe(0);
  });

  test('another hand that removes the container fails what needs it; destroy says that it was gone', async () => {
    const run = project.start('busy.yaml', ...image());
    const box = await busy();
    docker('rm', '--force', '--volumes', box);
    const ended = await run.ended;
    expect(ended.code).toBe(1);
    const { report } = await only();
    expect(report.cause).toMatchObject({ code: 'CONTAINER_GONE', command: 'C-02' });
    expect(report.cause?.message).toContain(
      `the container ${box} is gone: something else than this run removed it`,
    );
    expect(report.teardown.status).toBe('clean');
    expect(ended.stderr).toContain('box was already gone, removed by something else than this run');
  });

  test('an engine that stops ends the run: exit 5, what is left is named, and teardown finishes once it is back', async () => {
    const outage = await interruptible(engine, join(project.root, 'engine.sock'));
    const first = project;
    project = { ...(await open(outage.host)), close: async () => Promise.resolve() };
    const own = project;
    const run = project.start('busy.yaml', ...image());
    await busy();
    await outage.stop();
    const ended = await run.ended;
    expect(ended.code).toBe(5);
    const { id, report } = await only();
    expect(report.teardown.status).toBe('incomplete');
    expect(ended.stderr).toMatch(/no Docker engine answers/);
    expect(containers(id)).toHaveLength(2);
    expect((await project.call('teardown', id)).code).toBe(5);
    await outage.resume();
    expect((await project.call('teardown', id)).code).toBe(0);
    expect(containers(id)).toEqual([]);
    await outage.stop();
    expect(await own.leftovers()).toEqual([]);
    project = first;
  });
});

/** An engine that carries out one request and answers it late, or never. */
async function silentOn(
  request: RegExp,
  path: string,
  answerMs = Number.POSITIVE_INFINITY,
): Promise<{ readonly host: string; readonly asked: Promise<void>; readonly close: () => void }> {
  let asked: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (asked = resolve));
  const server = createServer((client) => {
    const upstream = createConnection({ path: engine.host.slice('unix://'.length) });
    let silent = false;
    client.on('data', (chunk) => {
      if (request.test(chunk.toString('latin1'))) silent = true;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (silent) asked();
      if (!silent) client.write(chunk);
      else if (Number.isFinite(answerMs)) setTimeout(() => client.write(chunk), answerMs);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { host: `unix://${path}`, asked: seen, close: () => void server.close() };
}

test.each([
  ['container', /POST \S*\/containers\/create/],
  ['volume', /POST \S*\/volumes\/create/],
] as const)(
  'killed between the making of a %s and the note of its id: it is found by name and nonce',
  async (_what, request) => {
    const proxy = await silentOn(request, join(project.root, 'engine.sock'));
    const outer = project;
    project = await open(proxy.host);
    const run = project.start('busy.yaml', ...image());
    await proxy.asked;
    run.kill('SIGKILL');
    await run.ended;
    proxy.close();
    const { id } = (await project.runs())[0] ?? { id: '' };
    expect(containers(id).length).toBeGreaterThan(0);
    // The ledger names the proxy's socket; the engine is the same.
    await silentOn(/never/, join(outer.root, 'engine.sock')).then(async (again) => {
      expect((await project.call('teardown', id)).code).toBe(0);
      again.close();
    });
    expect(containers(id)).toEqual([]);
    await outer.close();
  },
);

test('a signal while the engine is at making one: its answer is waited for, and nothing is left', async () => {
  const proxy = await silentOn(/POST \S*\/containers\/create/, join(project.root, 'engine.sock'), 1500);
  const outer = project;
  project = await open(proxy.host);
  const run = project.start('busy.yaml', ...image());
  await proxy.asked;
  run.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect((await only()).report.teardown.status).toBe('clean');
  expect(await proofs()).toMatch(
    /"type":"resource_created","resource":"R-\d+".*"type":"container"|"type":"container".*"type":"resource_created"/,
  );
  proxy.close();
  await outer.close();
});
