import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';
import type { Listed, Project } from '../support/project.js';
import { openProject } from '../support/project.js';

const many = 200;
let project: Project;

/** A run, and as many copies of it under names of their own. */
beforeAll(async () => {
  project = await openProject();
  expect((await project.run('quick.yaml')).code).toBe(0);
  const [one] = await project.runs();
  if (one === undefined) throw new Error('there is no run');
  const entry = JSON.parse(await readFile(join(project.state, 'runs', `${one.id}.json`), 'utf8')) as object;
  for (let i = 0; i < many; i++) {
    const [id, bundle] = [`copy-${i}`, `${one.bundle}-${i}`];
    await cp(one.bundle, bundle, { recursive: true });
    await writeFile(
      join(project.state, 'runs', `${id}.json`),
      `${JSON.stringify({ ...entry, id, bundle })}\n`,
    );
  }
});
afterAll(() => project.close());

test('runs lists more of them than a process may have files open', () => {
  const script = 'ulimit -n 64; exec "$0" "$1" runs --json --state "$2"';
  const argv = ['-c', script, process.execPath, join(projectRoot, 'dist/cli.js'), project.state];
  const listed = JSON.parse(execFileSync('sh', argv, { encoding: 'utf8' })) as Listed[];
  expect(listed).toHaveLength(many + 1);
  expect(new Set(listed.map(({ state, verdict }) => `${state} ${verdict}`))).toEqual(
    new Set(['sealed PASS']),
  );
});

test('a run is admitted among them', async () => {
  expect(await project.run('quick.yaml')).toMatchObject({ code: 0 });
});
