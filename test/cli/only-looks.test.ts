import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGatebook } from '../support/gatebook.js';
import type { Ended } from '../support/gatebook.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-looks-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const call = (...args: readonly string[]): Promise<Ended> => startGatebook(args, {}, folder).ended;

const looking: readonly (readonly [string, number, string])[] = [
  ['status', 0, 'there is no state folder '],
  ['runs', 0, 'no run yet\n'],
  ['enable', 0, 'the kill switch is not engaged\n'],
  ['void x --reason changed', 2, 'gatebook: no run x in '],
  ['teardown x', 2, 'gatebook: no run x in '],
];

describe.each(looking)('gatebook %s', (line, code, said) => {
  test('makes nothing where there is no state folder', async () => {
    const ended = await call(...line.split(' '));
    expect(ended).toMatchObject({ code });
    expect(ended.stderr).toContain(said);
    expect(await readdir(folder)).toEqual([]);
  });

  test('leaves an empty one as it is', async () => {
    await mkdir(join(folder, '.gatebook'));
    expect(await call(...line.split(' '))).toMatchObject({ code });
    expect(await readdir(join(folder, '.gatebook'))).toEqual([]);
  });

  test('refuses what stands in its place', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink('elsewhere', join(folder, '.gatebook'));
    const ended = await call(...line.split(' '));
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('is not a folder');
    expect(await readdir(join(folder, 'elsewhere'))).toEqual([]);
  });
});

test('status says what could be used, where nothing was used yet', async () => {
  const { stdout } = await call('status', '--json');
  const { levels } = JSON.parse(stdout) as { levels: readonly { available: boolean; engaged: boolean }[] };
  expect(levels.map(({ available, engaged }) => [available, engaged])).toEqual([
    [true, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
});
