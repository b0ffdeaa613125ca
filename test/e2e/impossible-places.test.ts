import { symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGatebook } from '../support/gatebook.js';
import { openProject } from '../support/project.js';
import type { Project } from '../support/project.js';

let project: Project;
beforeEach(async () => {
  project = await openProject();
  symlinkSync('loop-2', join(project.folder, 'loop-1'));
  symlinkSync('loop-1', join(project.folder, 'loop-2'));
  symlinkSync('nowhere', join(project.folder, 'dangling'));
});
afterEach(async () => {
  expect(await project.processes()).toEqual([]);
  await project.close();
});

const places = [
  '/proc',
  '/proc/x/y',
  '/sys/x',
  '/dev/null',
  '/dev/null/x',
  'quick.yaml',
  'quick.yaml/x',
  'loop-1/x',
  'dangling',
  'n'.repeat(300),
] as const;

describe('a place where no folder can be made', { timeout: 20_000 }, () => {
  test.each(places)('evidence in %s: refused, and the run counts as not begun', async (place) => {
    const ended = await project.run('quick.yaml', '--reports', place);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(
      /^gatebook: the folder of evidence \/.* can't be made: .* \[BUNDLE_UNWRITABLE\]$/m,
    );
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe('next     give another with --reports DIR');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    if (!place.startsWith('loop')) expect(await project.runs()).toMatchObject([{ state: 'not_begun' }]);
    expect(await project.leftovers()).toEqual([]);
  });

  test.each(places)('state in %s: refused, saying where else it could be', async (place) => {
    const { code, stderr } = await project.run('quick.yaml', '--state', place);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^gatebook: the state folder \/.* (?:can't be used: .* \[STATE_IO\]|holds other things \[STATE_UNSAFE\])\nnext .*--state DIR/m,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('the temporary folder: refused, saying how to name another', async () => {
    const { code, stderr } = await startGatebook(
      ['run', 'quick.yaml'],
      { ...project.env, TMPDIR: join(project.folder, 'nowhere') },
      project.folder,
    ).ended;
    expect(code).toBe(4);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^next +set TMPDIR to a folder that is there/);
  });

  test('the cache of compiled code: a start goes without', async () => {
    const env = { ...project.env, XDG_CACHE_HOME: '/proc' };
    expect(await startGatebook(['validate', 'quick.yaml'], env, project.folder).ended).toMatchObject({
      code: 0,
    });
  });

  test.each(['runs', 'validate quick.yaml', 'run quick.yaml'])(
    'a working folder that is gone, for %s: said in a sentence',
    async (args) => {
      const leave = ['sh', '-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', 'sh'];
      const { code, stderr } = await startGatebook(args.split(' '), project.env, project.folder, leave).ended;
      expect(code).toBe(4);
      expect(stderr).toMatch(/\[FOLDER_GONE\]\nnext {5}change to one that is there, then call it again\n$/);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );

  test('a first project: nothing is said to be there', async () => {
    const { code, stdout, stderr } = await startGatebook(['init', 'quick.yaml'], project.env, project.folder)
      .ended;
    expect(code).toBe(4);
    expect(stdout + stderr).toContain('quick.yaml is there and is no folder');
    expect(await readFile(join(project.folder, 'quick.yaml'), 'utf8')).toContain('id: quick');
  });
});
