import { execFileSync } from 'node:child_process';
import { linkSync } from 'node:fs';
import { cp, link, mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { sealBundle } from '../../src/bundle/seal.js';
import { verifyBundle } from '../../src/bundle/verify.js';
import { verifyCommand } from '../../src/cli/evidence/evidence.js';
import { writeBundle } from '../support/bundle.js';

let root: string;
let sealed: string;
let bundle: string;
const inside = (...names: string[]): string => join(bundle, ...names);
const found = async (): Promise<string[]> => {
  const { findings, proved } = await verifyBundle(bundleFiles(bundle), { requireSignature: false });
  expect(findings.length === 0).toBe(proved.length > 0);
  return findings.map(({ file, kind, message }) => `${file} ${kind}: ${message}`);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gb-odd-'));
  sealed = join(root, 'sealed');
  await writeBundle(sealed);
  expect((await sealBundle(bundleFiles(sealed), null)).ok).toBe(true);
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  bundle = join(await mkdtemp(join(root, 'b-')), 'run');
  await cp(sealed, bundle, { recursive: true });
});

describe('verify finds what is no file', () => {
  test.each(['extra', 'source/a/b', 'logs/a', 'kept/a', 'approvals', 'annotations/a'])(
    'an empty folder that was added: %s',
    async (name) => {
      await mkdir(inside(name), { recursive: true });
      expect(await found()).toEqual([`${name} added: an empty folder has no place in a bundle`]);
    },
  );

  test('but not the folders that the runner makes for what may come, nor that a copy lost them', async () => {
    for (const name of ['kept', 'annotations']) await mkdir(inside(name), { recursive: true });
    expect(await found()).toEqual([]);
    for (const name of ['kept', 'annotations']) await rm(inside(name), { recursive: true });
    expect(await found()).toEqual([]);
  });

  test('a folder that lost its file is told as the file that is missing', async () => {
    await rm(inside('source/runbooks/o9-backup.yaml'));
    expect((await found()).every((finding) => finding.startsWith('source/runbooks/o9-backup.yaml'))).toBe(
      true,
    );
  });

  test('a FIFO, a device, a hard link and names that hide what they are', async () => {
    execFileSync('mkfifo', [inside('logs/pipe')]);
    execFileSync('mknod', [inside('logs/null'), 'c', '1', '3']);
    await link(inside('plan.json'), inside('kept-plan.json'));
    await writeFile(inside('logs/a\x1b[2J\nb'), '');
    await writeFile(inside('logs/back\\slash'), '');
    await writeFile(Buffer.concat([Buffer.from(inside('logs/byte')), Buffer.from([0xff])]), '');
    expect((await found()).map((finding) => finding.replace(/:.*/, ''))).toEqual([
      'logs/a\x1b[2J\nb refused',
      'logs/back\\slash refused',
      'logs/byte\ufffd refused',
      'logs/null refused',
      'logs/pipe refused',
      'kept-plan.json added',
    ]);
    const { stderr, exitCode } = await verifyCommand(bundle, {});
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain('\x1b');
  });
});

describe('verify ends, and soon', () => {
  test('where folders are nested without end: what is there can’t be told, and nothing is called missing', async () => {
    await mkdir(inside(...Array.from({ length: 60 }, () => 'd')), { recursive: true });
    expect(await found()).toEqual([expect.stringMatching(/^\. refused: .*deeper than 32$/)]);
  });

  test.each(['SHA256SUMS', 'attestation.json', 'annotations/001.json'])(
    'where %s is of a terabyte',
    async (name) => {
      await mkdir(inside('annotations'));
      if (name.startsWith('annotations')) await writeFile(inside(name), '');
      await truncate(inside(name), 2 ** 40);
      const { stderr, exitCode } = await verifyCommand(bundle, {});
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(new RegExp(`^${name} refused: .*larger than the limit`, 'm'));
    },
  );

  test('where many files or one of a terabyte were added: none of them is read', async () => {
    await writeFile(inside('huge'), '');
    await truncate(inside('huge'), 2 ** 40);
    await mkdir(inside('many'));
    // Names of one file: to make as many files takes some file systems half a minute.
    await writeFile(inside('many', '0'), '');
    for (let n = 1; n < 20_000; n += 1) linkSync(inside('many', '0'), inside('many', String(n)));
    const { stderr, exitCode } = await verifyCommand(bundle, {});
    expect(exitCode).toBe(1);
    const lines = stderr.split('\n');
    expect(lines[0]).toBe('huge added: SHA256SUMS does not list it');
    expect(lines[100]).toBe('and 19901 more; --json lists them all');
    expect(lines.length).toBeLessThan(110);
  });
});

test('sealing takes away what a sealing that was killed had begun to write, and nothing that only looks like it', async () => {
  await rm(inside('attestation.json'));
  const begun = ['report.md', 'report.json', 'SHA256SUMS', 'attestation.json'].map(
    (name) => `${name}.0123456789ab.tmp`,
  );
  for (const name of begun) await writeFile(inside(name), 'half');
  await writeFile(inside(`logs/${begun[0] ?? ''}`), 'a program wrote it');
  expect((await sealBundle(bundleFiles(bundle), null)).ok).toBe(true);
  expect((await readdir(bundle)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(await readFile(inside('SHA256SUMS'), 'utf8')).toMatch(
    /^\S+ {2}logs\/report\.md\.0123456789ab\.tmp$/m,
  );
  expect(await found()).toEqual([]);
});

test('sealing takes away empty folders that something left, so that what is sealed holds', async () => {
  await rm(inside('attestation.json'));
  await mkdir(inside('kept/a/b/c'), { recursive: true });
  await mkdir(inside('kept/a/d'));
  expect((await sealBundle(bundleFiles(bundle), null)).ok).toBe(true);
  expect(await readdir(inside('kept'))).toEqual([]);
  expect(await found()).toEqual([]);
});
