import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundleFiles } from '../../src/adapters/bundle/files.js';
import { regenerate } from '../../src/bundle/regenerate.js';
import { verifyBundle } from '../../src/bundle/verify.js';
import { contentsCommand } from '../../src/cli/evidence/contents.js';
import { projectRoot } from '../support/gatebook.js';

/** Those of the repository: a person's own runs may lie beside them. */
const bundles = execFileSync('git', ['ls-files', '-z', '--', 'reports/*/*/journal.jsonl'], {
  cwd: projectRoot,
  encoding: 'utf8',
})
  .split('\0')
  .flatMap((path) => (path === '' ? [] : [path.slice(0, -'/journal.jsonl'.length)]));

describe('the committed bundles', () => {
  test('are of five runbooks', () => {
    const runbooks = new Set(bundles.map((path) => path.split('/')[1]));
    expect([...runbooks].sort()).toEqual(
      ['o8-rollback-disable', 'o9-backup', 'v0.3-closeout', 'v0.4-closeout', 'v0.4-dry-run'].sort(),
    );
  });
  test.each(bundles)('%s: report.md and report.json are what its journal gives', async (path) => {
    const files = bundleFiles(join(projectRoot, path));
    const made = await regenerate(files, { format: 'md', check: true });
    expect(made).toMatchObject({ ok: true, value: { differences: [], report: { verdict: 'PASS' } } });
    expect((await verifyBundle(files, { requireSignature: false })).findings).toEqual([]);
  });
});

test('the table of contents is that of the bundles', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'gb-reports-'));
  try {
    for (const path of ['reports/README.md', ...bundles])
      await cp(join(projectRoot, path), join(copy, path), { recursive: true });
    const checked = await contentsCommand([join(copy, 'reports')], { check: true });
    expect(checked, checked.stderr).toMatchObject({ exitCode: 0 });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
