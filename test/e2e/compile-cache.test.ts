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

/** The one cache that there is after a call. */
async function cacheAfter(...args: string[]): Promise<{ name: string; size: number; ino: number }> {
  await startGatebook(args, { HOME: home }).ended;
  const folder = join(home, '.cache/gatebook/v8');
  const [name = '', ...others] = await readdir(folder);
  expect(others).toEqual([]);
  const { size, ino } = await lstat(join(folder, name));
  return { name, size, ino };
}

it('keeps what a call compiled, and is written anew only where a later one compiled much more', async () => {
  const runbook = 'runbooks/o9-backup.yaml';
  const failed = await cacheAfter('validate', 'absent.yaml');
  expect(failed.name).toMatch(/-validate$/);
  const whole = await cacheAfter('validate', runbook);
  expect(whole.size).toBeGreaterThan(1.3 * failed.size);
  expect(await cacheAfter('validate', runbook)).toEqual(whole);
  expect(await cacheAfter('validate', 'absent.yaml')).toEqual(whole);
});
