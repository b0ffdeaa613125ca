import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';
import { Repository } from './repository.js';
import { library, runbook, settings, weakened, wrong } from './runbooks.js';
import { snippet } from './snippets.js';

interface Job {
  readonly script: readonly string[];
  readonly artifacts: {
    readonly paths: readonly [string];
    readonly reports: { readonly codequality: string };
  };
}
const { gatebook: job } = snippet('GitLab') as { gatebook: Job };

let repository: Repository;
let bin: string;
let base: string;
beforeAll(async () => {
  repository = await Repository.make();
  // What `before_script` leaves.
  bin = await mkdtemp(join(tmpdir(), 'gb-bin-'));
  await symlink(join(projectRoot, 'gatebook'), join(bin, 'gatebook'));
  base = await repository.commit({
    'runbooks/a.yaml': runbook,
    'gates/disk.yaml': library,
    'gatebook.yaml': settings,
  });
});
afterAll(async () => {
  await Promise.all([repository.remove(), rm(bin, { recursive: true, force: true })]);
});

/** The lines of `script:` in one shell that stops at the first that fails, as GitLab's runner has it. */
const runJob = () =>
  spawnSync('bash', ['-c', `set -eo pipefail\n${job.script.join('\n')}`], {
    cwd: repository.folder,
    encoding: 'utf8',
    env: {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: bin,
      CI: 'true',
      GITLAB_CI: 'true',
      CI_PROJECT_DIR: repository.folder,
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    },
  });
const artifact = (path: string) => readFile(join(repository.folder, path), 'utf8');

test('the job of the documentation leaves the code-quality report and the review', async () => {
  await repository.commit({ 'runbooks/a.yaml': weakened });
  const { status, stderr } = runJob();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(JSON.parse(await artifact(job.artifacts.reports.codequality))).toEqual([]);
  expect(await artifact(job.artifacts.paths[0])).toMatch(/1 weakens/);
});

test('what else changes beside the runbooks is not reviewed as one', async () => {
  await repository.commit({ 'runbooks/a.yaml': weakened, 'runbooks/z.sql': 'SELECT 1;\n' });
  const { status, stderr } = runJob();
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(await artifact(job.artifacts.paths[0])).toMatch(/1 weakens/);
});

test('the job fails on an error, and its report is there', async () => {
  await repository.commit({ 'runbooks/a.yaml': wrong });
  expect(runJob().status).toBe(3);
  const report = JSON.parse(await artifact(job.artifacts.reports.codequality)) as object[];
  expect(report).toMatchObject([{ severity: 'critical', location: { path: 'runbooks/a.yaml' } }]);
});
