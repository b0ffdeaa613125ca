import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runUnknown } from '../../src/cli/finishing/find-run.js';
import { hasBegun, readRun } from '../../src/cli/finishing/past-run.js';
import { runLines } from '../../src/cli/finishing/runs.js';
import type { ListedRun } from '../../src/cli/finishing/runs.js';
import type { RunEntry } from '../../src/ports/state.js';
import { levelLines } from '../../src/cli/controls/status.js';

const run = (id: string, more: Partial<ListedRun> = {}): ListedRun => ({
  ...{ id, runbook: 'purge', state: 'sealed', verdict: 'PASS', bundle: `/r/${id}`, void: null, holds: false },
  ...more,
});

describe('gatebook runs', () => {
  test('stands in columns', () => {
    const lines = runLines([run('monday', { verdict: 'REFUSED' }), run('20261121T081502Z-7c1e')]).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'monday                 purge  REFUSED  /r/monday',
      '20261121T081502Z-7c1e  purge  PASS     /r/20261121T081502Z-7c1e',
    ]);
  });

  test('says of a sealed run that something of it is left', () => {
    expect(runLines([run('a', { state: 'incomplete', verdict: 'ABORTED' })])).toContain(
      'ABORTED, NOT ALL GONE',
    );
  });

  test('is not held up by what stands in a journal’s place', async () => {
    const bundle = mkdtempSync(join(tmpdir(), 'gbl-'));
    execFileSync('mkfifo', [join(bundle, 'journal.jsonl')]);
    const entry = { bundle } as RunEntry;
    expect([await readRun(entry), await hasBegun(entry)]).toEqual([null, true]);
    rmSync(bundle, { recursive: true });
  });

  test('says which run keeps its target, and which is void', () => {
    expect(runLines([run('a', { verdict: 'FAIL', holds: true })])).toContain('FAIL, HOLDS ITS TARGET');
    expect(
      runLines([run('a', { void: 'so '.repeat(40) })]).length,
      'a long reason widens no line',
    ).toBeLessThan(80);
    expect(runLines([run('a', { verdict: 'FAIL', void: 'by change 12' })])).toContain(
      'FAIL, VOID (by change 12)',
    );
  });
});

test('gatebook status fits a narrow terminal, however long the reason is', () => {
  const level = {
    level: 0 as const,
    name: 'kill switch',
    command: 'gatebook disable --reason TEXT',
    available: true,
  };
  const text = levelLines(
    [
      { ...level, effect: 'every run is refused', engaged: true, detail: 'a migration is on' },
      {
        ...level,
        level: 3,
        name: 'no run',
        command: null,
        effect: 'nothing happens',
        engaged: false,
        available: false,
        detail: '',
      },
    ],
    ' --state s',
  );
  expect(text).toBe(
    [
      '0 kill switch          available, ENGAGED',
      '    a migration is on',
      '    every run is refused',
      '    gatebook disable --reason TEXT --state s',
      '3 no run               NOT AVAILABLE, not engaged',
      '    nothing happens',
      '',
    ].join('\n'),
  );
});

test('of a run that is not here, where else to look is said: it may be another state folder’s', () => {
  expect(runUnknown('monday', '/srv/.gatebook')).toMatchObject({
    message: 'no run monday in /srv/.gatebook',
    next: expect.stringContaining('--state DIR') as string,
  });
});
