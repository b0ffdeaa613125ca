import { stat } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { journalSays, openProject, until } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(() => project.close());

async function expectSetAside(): Promise<void> {
  const [run] = await project.runs();
  expect(run?.state).toBe('sealed');
  expect(run?.bundle).toMatch(/\.set-aside$/);
  expect(((await stat(run?.bundle ?? '')).mode & 0o777).toString(8)).toBe('700');
  expect((await project.verify(run?.bundle ?? '')).code).toBe(0);
}

test('a secret in the evidence: FAIL, named by file and line and not by value, and the bundle is set aside', async () => {
  const ended = await project.run('leaking.yaml', '--json');
  expect(ended.code).toBe(1);
  const report = JSON.parse(ended.stdout) as Report;
  expect(report.verdict).toBe('FAIL');
  expect(report.cause).toMatchObject({ kind: 'leak' });
  expect(report.cause?.message).toMatch(/logs\/.*:2 \(/);
  expect(report.cause?.message).not.toContain('b3BlbnNza');
  await expectSetAside();
});

test('a secret in the evidence of a run that was killed: teardown sets the bundle aside, too', async () => {
  const run = project.start('leaking-slow.yaml');
  await until('it sleeps', () => journalSays(project, '"index":1'));
  run.kill('SIGKILL');
  await run.ended;
  const [killed] = await project.runs();
  const torn = await project.call('teardown', killed?.id ?? '', '--json');
  expect(torn, torn.stderr).toMatchObject({ code: 0 });
  expect((JSON.parse(torn.stdout) as Report).cause?.kind).toBe('crash');
  expect((JSON.parse(torn.stdout) as Report).evidence.leak_scan?.hits).not.toEqual([]);
  await expectSetAside();
  expect(await project.call('teardown', killed?.id ?? '')).toMatchObject({ code: 0 });
});
