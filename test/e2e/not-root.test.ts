import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../support/gatebook.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbn-'));
  await cp(join(projectRoot, 'dist'), join(folder, 'dist'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** By number: the first is known to every system, nobody gave the second a name. Not `nobody`, as whom strangers show. */
describe.skipIf(process.getuid?.() !== 0).each([1, 54_321])('user %i, who is not root', (uid) => {
  const gatebook = (...args: readonly string[]): string => {
    execFileSync('chown', ['-R', `${uid}:${uid}`, folder]);
    const as = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', process.execPath];
    return execFileSync('setpriv', [...as, join(folder, 'dist/cli.js'), ...args], {
      ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      env: { PATH: process.env['PATH'] },
    });
  };

  test('begins a project, runs it in folders below those of root, and verifies the evidence', () => {
    expect(gatebook('--version')).toMatch(/^[0-9]+\./);
    gatebook('init');
    const report: unknown = JSON.parse(gatebook('run', 'runbooks/first.yaml', '--run-id', 'mine', '--json'));
    expect(report).toMatchObject({ verdict: 'PASS', teardown: { status: 'clean' } });
    expect(gatebook('verify', 'reports/first/mine')).toContain('verdict PASS');
  });
});
