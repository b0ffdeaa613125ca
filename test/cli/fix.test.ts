import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile } from '../../src/adapters/rewrite.js';
import { validateFixed } from '../../src/cli/reading/fix.js';

const runbook = `gatebook: v1
id: mended
title: Mended
revision: 1
facts: {sysid: 7611578671664259111} # as psql prints it
commands:
  C-01:
    title: Look
    effect: observe
    guards:
      G-01: {title: room, probe: {disk: {path: "\${{ run.work }}"}}, expect: {free_bytes: {gt: 5}}}
    do:
      - script: {file: look.sh} # ours
`;
const script = '#!/bin/sh\nls\n';
const pin = createHash('sha256').update(script).digest('hex');
const mended = runbook
  .replace('7611578671664259111', '"7611578671664259111"')
  .replace('look.sh', `look.sh, sha256: ${pin}`);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbf-'));
  await writeFile(join(folder, 'gatebook.yaml'), 'gatebook: v1\n');
  await writeFile(join(folder, 'look.sh'), script);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const codes = async (path: string): Promise<readonly string[]> =>
  (await validateFixed([path])).diagnostics.map((d) => d.code);

test('the file is mended in place: its bytes but for the mends, its mode, nothing beside it', async () => {
  const path = join(folder, 'a.yaml');
  await writeFile(path, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(runbook)]));
  await chmod(path, 0o640);
  expect(await codes(path)).toEqual([]);
  expect((await readFile(path)).toString('utf8')).toBe(`\ufeff${mended}`);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect((await readdir(folder)).sort()).toEqual(['a.yaml', 'gatebook.yaml', 'look.sh']);
});

test('what is mended is left alone the second time', async () => {
  const path = join(folder, 'a.yaml');
  await writeFile(path, mended);
  const { mtimeMs, ino } = await stat(path);
  expect(await codes(path)).toEqual([]);
  expect(await stat(path)).toMatchObject({ mtimeMs, ino });
});

test('nothing is written through a link, of the file or of a folder', async () => {
  await mkdir(join(folder, 'real'));
  const path = join(folder, 'real/a.yaml');
  await writeFile(path, runbook);
  await symlink('real/a.yaml', join(folder, 'link.yaml'));
  expect(await codes(join(folder, 'link.yaml'))).toEqual(['GB1011']);
  await symlink('real', join(folder, 'linked'));
  const bytes = Buffer.from(runbook);
  const written = await replaceFile(join(folder, 'linked/a.yaml'), bytes, Buffer.from(mended));
  expect(written.ok ? null : written.error.code).toBe('FILE_SYMLINK');
  expect(await readFile(path, 'utf8')).toBe(runbook);
});

test('a file that was changed meanwhile is left as it is', async () => {
  const path = join(folder, 'a.yaml');
  await writeFile(path, 'newer');
  const written = await replaceFile(path, Buffer.from(runbook), Buffer.from(mended));
  expect(written.ok ? null : written.error.code).toBe('FILE_CHANGED');
  expect(await readFile(path, 'utf8')).toBe('newer');
  expect((await readdir(folder)).sort()).toEqual(['a.yaml', 'gatebook.yaml', 'look.sh']);
});
