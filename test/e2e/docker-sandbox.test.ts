import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dockerOn, interruptible, testEngine } from '../support/docker.js';
import type { TestEngine } from '../support/docker.js';
import { lastBundle, openFolders, options, projectRoot, startGatebook } from '../support/gatebook.js';
import { closeEmpty, journalSays, openProject, until } from '../support/project.js';
import type { Listed, Project } from '../support/project.js';

const fixtures = join(projectRoot, 'test/fixtures/server-containers');
let engine: TestEngine;
let docker: (...args: readonly string[]) => string;
beforeAll(async () => {
  engine = await testEngine();
  docker = dockerOn(engine);
});

let project: Project;
beforeEach(async () => {
  project = await openProject(fixtures, { DOCKER_HOST: engine.host, TEST_IMAGE: engine.image });
});
afterEach(() => closeEmpty(project, 10_000));

const only = async (): Promise<Listed> => {
  const [run] = await project.runs();
  if (run === undefined) throw new Error('there is no run');
  return run;
};
/** What the run still has on the engine. */
const leftOn = (run: Listed): string =>
  docker('ps', '--all', '--quiet', '--filter', `label=gatebook.run=${run.id}`);
const container = (name: string) => ['--param', `container=${name}`];

describe('a throwaway server in a container', () => {
  test.each(['restore-rehearsal', 'o9-backup'])('%s passes on it, and it is bound', async (runbook) => {
    const folders = await openFolders();
    const ended = await startGatebook(
      ['run', `runbooks/${runbook}.yaml`, '--embedded', ...options(folders)],
      { DOCKER_HOST: engine.host, GATEBOOK_SANDBOX_IMAGE: engine.image },
    ).ended;
    expect(ended.stderr).toContain('a container of its own, no network');
    expect(ended.code).toBe(0);
    const { path, report } = await lastBundle(folders, runbook);
    const binding = await readFile(join(path, 'binding.json'), 'utf8');
    expect(JSON.parse(binding)).toMatchObject({
      sandbox: { engine: 'docker' },
      docker: { host: engine.host },
      targets: { copy: { via: 'sandbox', engine: 'docker', image: engine.image } },
    });
    expect(report.teardown.status).toBe('clean');
    expect(docker('ps', '--all', '--quiet', '--filter', `label=gatebook.run=${report.run.id}`)).toBe('');
    await folders.close();
  });

  test('programs are connected to it, and an of: target is another user of it', async () => {
    const ended = await project.run('connected.yaml');
    expect(ended.code, ended.stderr).toBe(0);
    expect(leftOn(await only())).toBe('');
  });

  test('auto is local where no engine answers, and then says so', async () => {
    const env = { ...project.env, DOCKER_HOST: `unix://${project.root}/nobody.sock` };
    const ended = await startGatebook(
      ['run', 'connected.yaml', '--state', project.state, '--reports', project.reports],
      env,
      project.folder,
    ).ended;
    expect(ended.code).toBe(1);
    const report = await project.report(await only());
    expect(report.gates.find(({ id }) => id === 'G-02')).toMatchObject({ observed: 'local local' });
    expect(report.teardown.status).toBe('clean');
  });

  test.each([
    ['not on the engine', `sha256:${'0'.repeat(64)}`, 'IMAGE_MISSING'],
    ['not named by digest', 'gatebook-test/postgres:latest', 'IMAGE_UNPINNED'],
    ['not named', '', 'IMAGE_UNNAMED'],
  ])('an image that is %s: refused before anything is touched', async (_, image, code) => {
    const ended = await startGatebook(
      ['run', 'sandboxed.yaml', '--state', project.state, '--reports', project.reports],
      { ...project.env, TEST_IMAGE: image },
      project.folder,
    ).ended;
    expect(ended.code).toBe(4);
    expect((await project.report(await only())).cause).toMatchObject({ code });
  });

  test('a container of its name that is not ours is left as it is', async () => {
    docker('run', '--detach', '--name', 'not-ours', '--network', 'none', engine.image, 'sleep', '600');
    const before = docker(
      'inspect',
      '--format',
      '{{.Id}} {{.State.StartedAt}} {{.State.Status}}',
      'not-ours',
    );
    const ended = await project.run('sandboxed.yaml', ...container('not-ours'));
    expect(ended.code).toBe(1);
    expect((await project.report(await only())).cause).toMatchObject({ code: 'RESOURCE_EXISTS' });
    expect(docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.State.Status}}', 'not-ours')).toBe(
      before,
    );
    docker('rm', '--force', '--volumes', 'not-ours');
  });
});

describe('what is left', () => {
  const asleep = () => until('the query runs', () => journalSays(project, '"command":"C-02","index":0'));

  test('the engine goes away: exit 5 until it is back, then 0', async () => {
    const seen = await interruptible(engine, join(project.root, 'e.sock'));
    const env = { ...project.env, DOCKER_HOST: seen.host };
    const call = (...args: readonly string[]) =>
      startGatebook([...args, '--state', project.state], env, project.folder);
    const run = call('run', 'sandboxed.yaml', ...container('gone-engine'), '--reports', project.reports);
    await asleep();
    await seen.stop();
    expect((await run.ended).code).toBe(5);
    const left = await only();
    expect((await project.report(left)).teardown).toMatchObject({ status: 'incomplete' });
    expect(leftOn(left)).not.toBe('');
    const still = await call('teardown', left.id).ended;
    expect(still.code).toBe(5);
    expect(still.stderr).toContain('no Docker engine answers');
    await seen.resume();
    expect((await call('teardown', left.id).ended).code).toBe(0);
    expect(leftOn(left)).toBe('');
    expect((await call('teardown', left.id).ended).code).toBe(0);
    await seen.stop();
  });

  test.each([
    ['as soon as it is meant', 'resource_intended","resource":"R-2', 0],
    ['while it is made', 'resource_intended","resource":"R-2', 150],
    ['while it starts', 'resource_intended","resource":"R-2', 500],
    ['while it is initialised', 'resource_intended","resource":"R-2', 900],
    ['in the middle of a query', '"command":"C-02","index":0', 50],
  ])('kill -9 %s: teardown finds it and proves it gone', async (_, record, ms) => {
    const run = project.start('sandboxed.yaml', ...container('killed'));
    await until(record, () => journalSays(project, record));
    await new Promise((resolve) => setTimeout(resolve, ms));
    process.kill(run.pid, 'SIGKILL');
    await run.ended;
    await until('nothing of it runs', async () => (await project.processes()).length === 0);
    const left = await only();
    const finished = await project.call('teardown', left.id);
    expect(finished.code, finished.stderr).toBe(0);
    expect(leftOn(left)).toBe('');
    expect(docker('ps', '--all', '--quiet', '--filter', 'name=killed')).toBe('');
  });

  test('a container that somebody else removed meanwhile fails the run, and teardown says so', async () => {
    const run = project.start('sandboxed.yaml', ...container('taken-away'));
    await asleep();
    docker('rm', '--force', '--volumes', 'taken-away');
    expect((await run.ended).code).toBe(1);
    expect(await project.report(await only())).toMatchObject({
      verdict: 'FAIL',
      teardown: { status: 'clean' },
    });
  });
});
