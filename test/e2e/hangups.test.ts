import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';
import { asleep, closeEmpty, openProject, until } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
});
afterEach(() => closeEmpty(project));

test('a terminal that is closed is a SIGHUP: exit 129, sealed, and no abort of Node at its end', async () => {
  const call = `node ${join(projectRoot, 'dist/cli.js')} run slow.yaml --state ${project.state} --reports ${project.reports}`;
  // As a shell does, it passes the signal on; the second wait has the code.
  const script = `${call} & trap "kill -HUP $!" HUP; wait $!; wait $!; printf %s $? > code`;
  const terminal = spawn('script', ['--quiet', '--command', script, '/dev/null'], {
    ...{ cwd: project.folder, stdio: ['ignore', 'ignore', 'ignore'] },
    env: { ...project.env, PATH: process.env['PATH'], SHELL: '/bin/sh' },
  });
  await asleep(project);
  terminal.kill('SIGKILL');
  const code = join(project.folder, 'code');
  await until('it has ended', () => Promise.resolve(existsSync(code)), 10_000);
  await until('its code is written', async () => (await readFile(code, 'utf8')) !== '', 1000);
  expect(await readFile(code, 'utf8')).toBe('129');
  expect(await project.runs()).toMatchObject([{ state: 'sealed', verdict: 'ABORTED' }]);
});

test('Ctrl-C where a person is asked is a SIGINT like any other: aborted at once, exit 130', async () => {
  await writeFile(join(project.folder, 'asks.yaml'), asks);
  const call = `node ${join(projectRoot, 'dist/cli.js')} run asks.yaml --state ${project.state} --reports ${project.reports}`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', call, '/dev/null'], {
    cwd: project.folder,
    env: { ...project.env, PATH: process.env['PATH'], SHELL: '/bin/sh' },
  });
  let shown = '';
  terminal.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
  const ended = once(terminal, 'close');
  await until('it asks', () => shown.includes('Type DONE'));
  const sent = performance.now();
  terminal.stdin.write('\x03');
  expect(await ended, shown).toEqual([130, null]);
  expect(performance.now() - sent).toBeLessThan(8000);
  expect(await project.runs()).toMatchObject([{ state: 'sealed', verdict: 'ABORTED' }]);
});

const asks = `gatebook: v1
id: asks
title: A person is asked
revision: 1
authorization: { none: makes nothing }
commands:
  C-01:
    title: Ask
    effect: observe
    timeout: 1m
    do:
      - manual: { instructions: Look, confirm: DONE }
`;

test('a runner that the system kills alone says what to do next', async () => {
  const run = project.start('slow.yaml');
  await asleep(project);
  const [unshare = ''] = await childrenOf(run.pid);
  const [inner = ''] = await childrenOf(Number(unshare));
  process.kill(Number(inner), 'SIGKILL');
  const { code, stderr } = await run.ended;
  expect(code).toBe(137);
  expect(stderr).toMatch(/\ngatebook: the runner was killed.+\nnext {5}gatebook runs .+\n$/);
  const [left] = await project.runs();
  expect(left).toMatchObject({ state: 'unfinished' });
  expect((await project.call('teardown', left?.id ?? '')).code).toBe(0);
});

async function childrenOf(pid: number): Promise<readonly string[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const all = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')));
  return all.join(' ').trim().split(/\s+/);
}
