import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSigned } from '../../src/cli/write-signed.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-ws-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signed = { text: 'statement\n', signature: 'signature\n' };
const at = (name: string): string => join(folder, name);
const content = (name: string): Promise<string> => readFile(at(name), 'utf8');

test('a signature without its statement is of a command that was killed: the next one goes on', async () => {
  await writeFile(at('a.json.sig'), 'of another\n');
  expect(await writeSigned(at('a.json'), signed)).toBeNull();
  expect([await content('a.json'), await content('a.json.sig')]).toEqual(['statement\n', 'signature\n']);
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig']);
});

test.each([[['a.json']], [['a.json', 'a.json.sig']]])(
  'nothing is overwritten where %j is there',
  async (names) => {
    for (const name of names) await writeFile(at(name), 'mine\n');
    expect(await writeSigned(at('a.json'), signed)).toMatchObject({ code: 'OUTPUT_UNWRITABLE', exit: 4 });
    expect((await readdir(folder)).sort()).toEqual(names);
    for (const name of names) expect(await content(name)).toBe('mine\n');
  },
);

test('a name that only seems free is taken: no signature is left beside it', async () => {
  await symlink('/nonexistent', at('a.json'));
  expect(await writeSigned(at('a.json'), signed)).toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('several that write the same files at once: one does', async () => {
  const both = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map(String).map((n) => writeSigned(at('a.json'), { text: n, signature: n })),
  );
  expect(await content('a.json')).toBe(await content('a.json.sig'));
  expect(both.filter((refusal) => refusal === null)).toHaveLength(1);
  expect((await readdir(folder)).sort()).toEqual(['a.json', 'a.json.sig']);
});
