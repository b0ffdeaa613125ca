import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { asleep, openProject } from '../support/project.js';
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
  // By its name in the bundle, which is in another folder by now.
  expect(report.cause?.message).toMatch(/ logs\/.*:2 \(/);
  expect(report.cause?.message).not.toContain(project.reports);
  expect(report.cause?.message).not.toContain('b3BlbnNza');
  await expectSetAside();
});

test('a secret in the evidence of a run that was killed: teardown sets the bundle aside, too', async () => {
  const run = project.start('leaking-slow.yaml');
  await asleep(project);
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

test('a secret that programs print: neither the terminal nor the bundle has any of it, cut or whole', async () => {
  const secret = 'Zq7-tapestry-orchard-42';
  await project.close();
  project = await openProject(undefined, { TELLING_PW: secret });
  const ended = await project.run('telling.yaml', '--json');
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('[secret pw]');
  const [run] = await project.runs();
  const names = await readdir(run?.bundle ?? '', { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const report = JSON.parse(ended.stdout) as Report;
  expect(report.gates[1]?.observed).toEqual({ '[secret pw]': { 'a [secret pw]': 1, b: 2 } });
  expect(texts.length).toBeGreaterThan(6);
  for (const text of [ended.stdout, ended.stderr, ...texts]) expect(text).not.toContain(secret.slice(0, 6));
});
