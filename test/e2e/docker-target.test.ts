import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dockerOn, startServerContainer, testEngine } from '../support/docker.js';
import type { Container, TestEngine } from '../support/docker.js';
import { projectRoot } from '../support/gatebook.js';
import { journalSays, openProject, until } from '../support/project.js';
import type { Listed, Project } from '../support/project.js';

const fixtures = join(projectRoot, 'test/fixtures/server-containers');
let engine: TestEngine;
let docker: (...args: readonly string[]) => string;
let production: Container;
let sql: string;
const start = (name: string): Promise<Container> =>
  startServerContainer(engine, { name, database: 'directus', sql });
beforeAll(async () => {
  engine = await testEngine();
  docker = dockerOn(engine);
  sql = await readFile(join(fixtures, 'production.sql'), 'utf8');
  production = await start('prod-in-a-box');
});
afterAll(() => {
  production.remove();
});

let project: Project;
const environment = (name: string, systemIdentifier: string) => ({
  DOCKER_HOST: engine.host,
  TEST_IMAGE: engine.image,
  PROD_CONTAINER: name,
  PROD_SYSTEM_IDENTIFIER: systemIdentifier,
});
const open = async (name: string, systemIdentifier = production.systemIdentifier): Promise<void> => {
  await project.close();
  project = await openProject(fixtures, environment(name, systemIdentifier));
};
beforeEach(async () => {
  project = await openProject(fixtures, environment(production.name, production.systemIdentifier));
});
afterEach(async () => {
  await until('no process is left', async () => (await project.processes()).length === 0, 10_000);
  expect((await project.leftovers()).filter((name) => !name.endsWith('.gpg'))).toEqual([]);
  await project.close();
});

const only = async (): Promise<Listed> => {
  const [run] = await project.runs();
  if (run === undefined) throw new Error('there is no run');
  return run;
};

describe('a server inside a container', () => {
  test('is backed up and restored from without a port, and is left as it was', async () => {
    const before = production.state();
    const ended = await project.run('inside.yaml');
    expect(ended.code, ended.stderr).toBe(0);
    const run = await only();
    const binding = await readFile(join(run.bundle, 'binding.json'), 'utf8');
    const [id] = before.split(' ');
    expect(JSON.parse(binding)).toMatchObject({
      targets: { prod: { via: 'docker', container: { name: production.name, id }, user: 'the_reader' } },
    });
    expect(production.state()).toBe(before);
    expect(docker('top', production.name)).not.toContain('perl');
  });

  test('a rehearsal takes its stand-in and speaks to no container', async () => {
    await project.close();
    project = await openProject(fixtures, {});
    const ended = await project.run('inside.yaml', '--embedded');
    expect(ended.code, ended.stderr).toBe(0);
    expect(await project.report(await only())).toMatchObject({ verdict: 'PASS', run: { mode: 'rehearsal' } });
  });

  test.each([
    ['is not there', 'nobody-here', 'CONTAINER_GONE', 4],
    ['does not run', 'stopped-box', 'CONTAINER_STOPPED', 4],
    ['has no server in it', 'empty-box', 'SOCKET_MISSING', 4],
  ])('one that %s is refused', async (_, name, code, exit) => {
    docker('run', '--detach', '--name', 'stopped-box', '--network', 'none', engine.image, 'true');
    docker('run', '--detach', '--name', 'empty-box', '--network', 'none', engine.image, 'sleep', '600');
    await open(name);
    expect((await project.run('inside.yaml')).code).toBe(exit);
    expect((await project.report(await only())).cause).toMatchObject({ code });
    docker('rm', '--force', '--volumes', 'stopped-box', 'empty-box');
  });

  test('one that is paused is refused before anything begins', async () => {
    docker('pause', production.name);
    const ended = await project.run('inside.yaml');
    docker('unpause', production.name);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain(`the container ${production.name} does not run (paused)`);
  });

  test('another cluster than the declared one is refused by a control', async () => {
    await open(production.name, '7000000000000000000');
    expect((await project.run('inside.yaml')).code).toBe(6);
    expect((await project.report(await only())).cause).toMatchObject({ code: 'IDENTITY_MISMATCH' });
  });

  test('kill -9: teardown reaches the very container again, and its gate is evaluated', async () => {
    const run = project.start('inside.yaml');
    await until('C-03', () => journalSays(project, '"command":"C-03","index":0'), 90_000);
    process.kill(run.pid, 'SIGKILL');
    await run.ended;
    await until('nothing of it runs', async () => (await project.processes()).length === 0);
    const finished = await project.call('teardown', (await only()).id);
    expect(finished.code, finished.stderr).toBe(0);
    const report = await project.report(await only());
    expect(report.gates.find(({ id }) => id === 'G-04')?.state).toBe('passed');
    expect(docker('top', production.name)).not.toContain('perl');
  });

  test('one that is replaced during the run is not taken for the one that was bound', async () => {
    let other = await start('replaced-box');
    await open(other.name, other.systemIdentifier);
    const run = project.start('inside.yaml');
    await until('C-03', () => journalSays(project, '"command":"C-03","index":0'), 90_000);
    other.remove();
    other = await start('replaced-box');
    expect((await run.ended).code).toBe(1);
    const report = await project.report(await only());
    // Its claim went with it, so that the run stops; the teardown's gate doesn't speak with the other one either.
    expect(report).toMatchObject({ verdict: 'FAIL', cause: { code: 'CLAIM_LOST' } });
    expect(report.gates.find(({ id }) => id === 'G-04')).toMatchObject({
      state: 'error',
      reason: expect.stringContaining("replaced-box can't be reached: it is gone") as string,
    });
    other.remove();
  });
});
