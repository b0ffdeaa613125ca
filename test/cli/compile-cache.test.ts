import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileCacheFolder, readCache, writeCache } from '../../src/cli/start/compile-cache.js';

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

describe('readCache and writeCache', () => {
  it('give back what was written, privately', async () => {
    writeCache(join(home, 'a'), Buffer.from('code'));
    expect(readCache(join(home, 'a'))?.toString()).toBe('code');
    expect((await lstat(join(home, 'a'))).mode & 0o777).toBe(0o600);
    expect(await readdir(home)).toEqual(['a']);
  });

  it('read nothing through a symlink, nor what others can write', async () => {
    await writeFile(join(home, 'real'), 'code');
    await symlink('real', join(home, 'link'));
    expect(readCache(join(home, 'link'))).toBeUndefined();
    await chmod(join(home, 'real'), 0o666);
    expect(readCache(join(home, 'real'))).toBeUndefined();
    expect(readCache(join(home, 'absent'))).toBeUndefined();
  });

  it('keep no more than two dozen', async () => {
    for (let n = 0; n < 30; n += 1) writeCache(join(home, `cache-${n}`), Buffer.from('code'));
    const left = await readdir(home);
    expect(left).toHaveLength(24);
    expect(left).toContain('cache-29');
  });

  it('leave nothing behind where nothing can be written', () => {
    expect(() => writeCache(join(home, 'absent/a'), Buffer.from('code'))).not.toThrow();
  });
});
