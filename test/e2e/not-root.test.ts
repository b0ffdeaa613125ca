import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bootId, startTimeOf } from '../../src/adapters/process/proc.js';
import { openState } from '../../src/adapters/state/index.js';
import type { RunId } from '../../src/base/ids.js';
import { projectRoot } from '../support/gatebook.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbn-'));
  await cp(join(projectRoot, 'dist'), join(folder, 'dist'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.skipIf(process.getuid?.() !== 0)('a process that may not be looked at may be the run', async () => {
  const opened = await openState(join(folder, 'state'));
  if (!opened.ok) throw new Error(opened.error.message);
  const first = { pid: 1, bootId: bootId() ?? '', startTime: (await startTimeOf(1)) ?? '' };
  await opened.value.createRun({
    ...{ id: 'killed' as RunId, runbook: 'a', path: 'a.yaml', project: folder, admitted: true, mode: 'live' },
    ...{ bundle: join(folder, 'bundle'), startedAt: '2026-11-21T08:15:02.000Z', process: first },
  });
  await mkdir(join(folder, 'bundle'));
  execFileSync('chown', ['-R', '54321:54321', folder]);
  const hidden =
    'mount -t proc -o hidepid=1 proc /proc && exec setpriv --reuid=54321 --regid=54321 --clear-groups "$@"';
  const gatebook = (...args: readonly string[]) => {
    const call = [process.execPath, join(folder, 'dist/cli.js'), ...args, '--state', join(folder, 'state')];
    return spawnSync('unshare', ['--mount', 'sh', '-c', hidden, 'sh', ...call], {
      cwd: folder,
      encoding: 'utf8',
    });
  };
  expect(gatebook('runs')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('UNFINISHED') as string,
  });
  const refused = gatebook('teardown', 'killed');
  expect(refused.stderr).toMatch(
    /^gatebook: run killed may still be at work: .* process 1, .*\[RUN_ALIVE\]\nnext {5}call again/,
  );
  expect(refused.status).toBe(6);
});

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
