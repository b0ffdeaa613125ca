import { chmod, lstat, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileCacheFolder } from '../../src/cli/compile-cache.js';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gb-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('compileCacheFolder', () => {
  it('is a private folder under the home', async () => {
    const folder = compileCacheFolder({}, home);
    expect(folder).toBe(join(home, '.cache/gatebook/v8'));
    expect((await lstat(String(folder))).mode & 0o777).toBe(0o700);
  });

  it('is none where others can write', async () => {
    await mkdir(join(home, '.cache/gatebook'), { recursive: true });
    await chmod(join(home, '.cache/gatebook'), 0o777);
    expect(compileCacheFolder({}, home)).toBeNull();
  });

  it('is none behind a symlink', async () => {
    await mkdir(join(home, 'elsewhere'));
    await symlink(join(home, 'elsewhere'), join(home, '.cache'));
    expect(compileCacheFolder({}, home)).toBeNull();
  });

  it('is none in the home of somebody else, or of nobody', () => {
    expect(compileCacheFolder({}, join(home, 'absent'))).toBeNull();
  });

  it('can be switched off', () => {
    expect(compileCacheFolder({ GATEBOOK_COMPILE_CACHE: 'off' }, home)).toBeNull();
  });
});
