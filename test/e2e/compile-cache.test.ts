import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startGatebook } from '../support/gatebook.js';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gb-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** The caches that there are after a call, by what their names end in. */
async function cachesAfter(...args: string[]): Promise<Record<string, { size: number; ino: number }>> {
  await startGatebook(args, { HOME: home }).ended;
  const folder = join(home, '.cache/gatebook/v8');
  const found: Record<string, { size: number; ino: number }> = {};
  for (const name of await readdir(folder)) {
    const { size, ino } = await lstat(join(folder, name));
    found[name.replace(/^.*-v\d[^-]*-[^-]*-/, '')] = { size, ino };
  }
  return found;
}

it('keeps what a call compiled; what one compiled that failed, until one succeeds', async () => {
  const runbook = 'runbooks/o9-backup.yaml';
  const first = await cachesAfter('validate', 'absent.yaml');
  expect(Object.keys(first)).toEqual(['validate-failed']);
  expect(await cachesAfter('validate', 'absent.yaml')).toEqual(first);
  const both = await cachesAfter('validate', runbook);
  expect(Object.keys(both)).toEqual(['validate', 'validate-failed']);
  expect(both['validate']?.size).toBeGreaterThan(1.3 * (both['validate-failed']?.size ?? Infinity));
  expect(await cachesAfter('validate', runbook)).toEqual(both);
  expect(await cachesAfter('validate', 'absent.yaml')).toEqual(both);
});

it('keeps nothing of a call that means nothing', async () => {
  expect(await cachesAfter('validate')).toEqual({});
});
