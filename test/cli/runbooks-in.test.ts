import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runbooksIn } from '../../src/cli/reading/runbooks-in.js';
import { readGiven } from '../../src/cli/authorizing/authorize.js';
import { readSigned } from '../../src/cli/authorizing/signed-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gb-in-'));
});
afterEach(() => rm(folder, { recursive: true }));

test("a folder stands for its runbooks, not for the copies in runs' bundles", async () => {
  const bundle = join(folder, 'reports/first/monday');
  await mkdir(join(bundle, 'source/runbooks'), { recursive: true });
  await writeFile(join(bundle, 'journal.jsonl'), '');
  await writeFile(join(bundle, 'source/runbooks/first.yaml'), '');
  await writeFile(join(folder, 'first.yaml'), '');
  expect((await runbooksIn([folder])).all).toEqual([join(folder, 'first.yaml')]);
  // Who names a bundle means it.
  expect((await runbooksIn([bundle])).all).toEqual([join(bundle, 'source/runbooks/first.yaml')]);
});

test('a statement that is not there is said not to be there', async () => {
  const file = join(folder, 'x.json');
  const message = `the file ${file} doesn't exist`;
  const read = () => readSigned(file, 'REQUEST_MALFORMED', '');
  expect(read()).toMatchObject({ error: { code: 'STATEMENT_MISSING', exit: 4, message } });
  expect(readGiven([file])).toMatchObject({ refusal: { code: 'STATEMENT_MISSING', exit: 4, message } });
  await writeFile(file, '');
  expect(read()).toMatchObject({ error: { code: 'REQUEST_MALFORMED', exit: 3 } });
});
