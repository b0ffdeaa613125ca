import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectSources } from '../../src/adapters/sources.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gb-'));
  mkdirSync(join(folder, 'p/runbooks'), { recursive: true });
  writeFileSync(join(folder, 'p/gatebook.yaml'), 'gatebook: v1\n');
  writeFileSync(join(folder, 'p/runbooks/a.yaml'), 'a: 1\n');
  writeFileSync(join(folder, 'outside.yaml'), 'secret: 1\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function read(path: string, limit = 1000): Promise<string> {
  const project = await projectSources(folder).project('p/runbooks/a.yaml');
  if (!project.ok) return project.error.code;
  const file = await project.value.read(path, limit);
  return file.ok ? new TextDecoder().decode(file.value.bytes) : file.error.code;
}

describe('the project of a runbook', () => {
  test('is the nearest folder upward with a gatebook.yaml', async () => {
    const project = await projectSources(folder).project('p/runbooks/a.yaml');
    expect(project.ok && project.value.entry).toBe('runbooks/a.yaml');
    expect(project.ok && project.value.hasSettings).toBe(true);
    expect(project.ok && project.value.shown('runbooks/a.yaml')).toBe('p/runbooks/a.yaml');
  });

  test('is not looked for above the top of a repository', async () => {
    mkdirSync(join(folder, 'p/runbooks/.git'));
    const project = await projectSources(folder).project('p/runbooks/a.yaml');
    expect(project.ok && project.value.entry).toBe('a.yaml');
    expect(project.ok && project.value.hasSettings).toBe(false);
  });

  test('is refused where others can write it', async () => {
    chmodSync(join(folder, 'p'), 0o777);
    const project = await projectSources(folder).project('p/runbooks/a.yaml');
    expect(!project.ok && project.error.code).toBe('GB3004');
  });

  test('needs the runbook', async () => {
    const project = await projectSources(folder).project('p/none.yaml');
    expect(!project.ok && project.error.code).toBe('GB3001');
  });
});

describe('what is read of it', () => {
  test('a file, by its path in the project', async () => {
    expect(await read('runbooks/a.yaml')).toBe('a: 1\n');
  });

  test.each([
    './runbooks/a.yaml',
    'runbooks/../runbooks/a.yaml',
    'runbooks//a.yaml',
    '../p/runbooks/a.yaml',
    'runbooks/a\\b.yaml',
    'runbooks/a\nb.yaml',
    `${'d/'.repeat(40)}a.yaml`,
  ])('under one name, which the evidence can hold: not as %j', async (path) => {
    expect(await read(path)).toBe('GB3010');
  });

  test('nothing above its limit, which is looked at before anything is read', async () => {
    expect(await read('runbooks/a.yaml', 4)).toBe('GB3002');
    expect(await read('runbooks/a.yaml', 5)).toBe('a: 1\n');
  });

  test.each(['../outside.yaml', '/etc/hostname', 'runbooks/../../outside.yaml', 'a\0b'])(
    'nothing outside: %j',
    async (path) => {
      expect(await read(path)).toBe('GB3003');
    },
  );

  test('nothing outside through a link; inside a link is a file', async () => {
    symlinkSync('../outside.yaml', join(folder, 'p/out.yaml'));
    symlinkSync('runbooks/a.yaml', join(folder, 'p/in.yaml'));
    expect(await read('out.yaml')).toBe('GB3003');
    expect(await read('in.yaml')).toBe('a: 1\n');
  });

  test('nothing that others can write, nor out of a folder that they can', async () => {
    chmodSync(join(folder, 'p/runbooks/a.yaml'), 0o666);
    expect(await read('runbooks/a.yaml')).toBe('GB3004');
    chmodSync(join(folder, 'p/runbooks/a.yaml'), 0o644);
    chmodSync(join(folder, 'p/runbooks'), 0o777);
    expect(await read('runbooks/a.yaml')).toBe('GB3004');
  });

  test('no folder, and no pipe, which would block', async () => {
    execFileSync('mkfifo', [join(folder, 'p/pipe')]);
    expect(await read('runbooks')).toBe('GB3005');
    expect(await read('pipe')).toBe('GB3005');
    expect(await read('none.yaml')).toBe('GB3001');
  });

  test.runIf(existsSync('/proc/self/mem'))(
    'a file that the system gives none of is told as such',
    async () => {
      const project = await projectSources('/').project('/proc/self/mem');
      const got = project.ok ? await project.value.read('mem', 1000) : project;
      expect(got).toMatchObject({
        ok: false,
        error: { code: 'GB3006', message: expect.stringContaining('EIO') as string },
      });
    },
  );
});
