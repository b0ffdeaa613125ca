import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { projectRoot } from '../support/gatebook.js';
import { Repository } from './repository.js';
import { library, runbook, settings, wrong } from './runbooks.js';
import { snippet } from './snippets.js';

/** The hook's repository: what a checkout holds once it is built, so that pre-commit's clone has nothing to build. */
let hooks: Repository;
let user: Repository;
let home: string;

beforeAll(async () => {
  hooks = await Repository.make();
  for (const path of ['.pre-commit-hooks.yaml', 'gatebook', 'dist', 'schemas', 'scripts/setup.sh'])
    await cp(join(projectRoot, path), join(hooks.folder, path), { recursive: true });
  const rev = await hooks.commit({}, 'built');
  user = await Repository.make();
  home = await mkdtemp(join(tmpdir(), 'gb-home-'));
  const config = snippet('pre-commit') as { repos: [{ repo: string; rev: string }] };
  Object.assign(config.repos[0], { repo: hooks.folder, rev });
  await user.commit({
    '.pre-commit-config.yaml': stringify(config),
    'gates/disk.yaml': library,
    'gatebook.yaml': settings,
  });
});
afterAll(async () => {
  await Promise.all([hooks.remove(), user.remove(), rm(home, { recursive: true, force: true })]);
});

const preCommit = () => {
  const { status, stdout, stderr } = spawnSync('pre-commit', ['run', '--all-files', '--color=never'], {
    cwd: user.folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
  });
  return { code: status, output: stdout + stderr };
};

test('pre-commit runs the hook on runbooks, and refuses one with an error', async () => {
  await user.commit({ 'runbooks/a.yaml': runbook, 'other/b.yaml': 'not: a runbook\n' });
  expect(preCommit()).toMatchObject({ code: 0, output: expect.stringMatching(/gatebook validate\.+Passed/) });
  await user.commit({ 'runbooks/a.yaml': wrong });
  const { code, output } = preCommit();
  expect(code).toBe(1);
  expect(output).toMatch(/runbooks\/a\.yaml:\d+:\d+ error GB\d{4}/);
  expect(output).not.toContain('other/b.yaml');
});
