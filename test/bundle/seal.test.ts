import { appendFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { err } from '../../src/base/result.js';
import { parseManifest } from '../../src/bundle/manifest.js';
import { sealBundle } from '../../src/bundle/seal.js';
import type { BundleFiles } from '../../src/ports/bundle-files.js';
import { writeBundle } from '../support/bundle.js';

let bundle: string;
beforeEach(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'gb-seal-'));
  await writeBundle(bundle);
});
afterEach(() => rm(bundle, { recursive: true, force: true }));
const inside = (name: string): string => join(bundle, name);
const refusal = { code: 'BUNDLE_UNWRITABLE', message: 'no space is left' };

/** What sealing says where `over` stands in place of the folder's own; nothing of it may look sealed. */
async function unsealed(over: Partial<BundleFiles> = {}): Promise<unknown> {
  const sealed = await sealBundle({ ...bundleFiles(bundle), ...over }, null);
  expect(await readdir(bundle)).not.toContain('attestation.json');
  return sealed.ok ? sealed.value : sealed.error;
}

test('what was set aside for the journal, and could not be taken away before, is no evidence', async () => {
  await writeFile(inside('journal.jsonl.reserve'), '');
  expect(await sealBundle(bundleFiles(bundle), null)).toMatchObject({ ok: true });
  expect(await readdir(bundle)).not.toContain('journal.jsonl.reserve');
  expect(await readFile(inside('SHA256SUMS'), 'utf8')).not.toContain('reserve');
});

describe('a bundle is not sealed', () => {
  test('whose journal is torn: what follows the last record is no evidence', async () => {
    await appendFile(inside('journal.jsonl'), '{"seq":43');
    expect(await unsealed()).toMatchObject({
      code: 'JOURNAL_DAMAGED',
      message: 'journal.jsonl:43: the last line is torn',
    });
  });

  test('in which a symbolic link lies: it is named, and not left out', async () => {
    await symlink('/etc/hostname', inside('logs/link'));
    expect(await unsealed()).toMatchObject({
      code: 'BUNDLE_UNSEALABLE',
      message: expect.stringMatching(/^logs\/link: /) as string,
    });
  });

  test('in which a name could be read as another', async () => {
    await writeFile(inside('logs/a\\b'), '');
    expect(await unsealed()).toMatchObject({
      code: 'BUNDLE_UNSEALABLE',
      message: expect.stringMatching(/^logs\/a\\b: /) as string,
    });
  });

  test.each(['report.md', 'report.json', 'SHA256SUMS'])('whose %s could not be written', async (name) => {
    const files = bundleFiles(bundle);
    const write: BundleFiles['write'] = (path, content) =>
      path === name ? Promise.resolve(err(refusal)) : files.write(path, content);
    expect(await unsealed({ write })).toEqual(refusal);
  });

  test('of which a file could not be read', async () => {
    const files = bundleFiles(bundle);
    const sha256: BundleFiles['sha256'] = (path) =>
      path === 'plan.json' ? Promise.resolve(err(refusal)) : files.sha256(path);
    expect(await unsealed({ sha256 })).toEqual(refusal);
  });
});

test.each([
  ['a line twice', (line: string) => `${line}\n${line}\n`, 2],
  ['one blank', (line: string) => `${line.replace('  ', ' ')}\n`, 1],
  ['the mark of a binary file', (line: string) => `${line.replace('  ', ' *')}\n`, 1],
  ['a digest in capitals', (line: string) => `${line.toUpperCase()}\n`, 1],
  ['a path that leads out', (line: string) => `${line.slice(0, 66)}../plan.json\n`, 1],
  ['a path from the root', (line: string) => `${line.slice(0, 66)}/etc/hostname\n`, 1],
  ['an empty line at its end', (line: string) => `${line}\n\n`, 2],
  ['a last line without its end', (line: string) => `${line}\n${line}`, 2],
])('a manifest with %s is damaged there', (_, by, line) => {
  const first = `${'0a'.repeat(32)}  plan.json`;
  expect(parseManifest(`${first}\n`)).toMatchObject({ ok: true, value: { length: 1 } });
  expect(parseManifest(by(first))).toMatchObject({ ok: false, error: { line } });
});
