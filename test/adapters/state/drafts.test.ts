import { existsSync } from 'node:fs';
import fs, { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openState } from '../../../src/adapters/state/index.js';
import type { RunId } from '../../../src/base/ids.js';
import type { StateFolder } from '../../../src/ports/state.js';

const run = '20261121T120000Z-0001' as RunId;
let root: string;
let state: StateFolder;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gbs-'));
  const opened = await openState(root);
  if (!opened.ok) throw new Error(opened.error.message);
  state = opened.value;
});
afterEach(() => rm(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);
const nextRun = () =>
  state.createRun({
    ...{ id: run, runbook: 'first', path: 'first.yaml', project: '/p', admitted: true, mode: 'live' },
    ...{ bundle: '/b', startedAt: '2026-11-21T12:00:00.000Z', process: null },
  });

describe('what a killed writer left under no name of its own', () => {
  const drafts = [
    '.0123456789abcdef',
    'runs/.0123456789abcdef',
    'claims/.0123456789abcdef',
    'controls/.0123456789abcdef',
    'controls/released/.0123456789abcdef',
    'void/.0123456789abcdef',
    `approvals/${'ab'.repeat(16)}.revoked.0123456789ab.tmp`,
    `approvals/${'ab'.repeat(16)}.revoked.sig.0123456789ab.tmp`,
  ];
  const others = ['claims/target%20x.0123456789ab.tmp', 'runs/.hidden', 'approvals/note.0123456789ab.tmp'];
  const write = async (names: readonly string[], ageMs: number): Promise<void> => {
    for (const name of names) {
      await mkdir(dirname(at(name)), { recursive: true });
      await writeFile(at(name), '');
      await utimes(at(name), new Date(), new Date(Date.now() - ageMs));
    }
  };
  const left = (names: readonly string[]) => names.filter((name) => existsSync(at(name)));
  const dayMs = 24 * 60 * 60 * 1000;

  test('goes with the next run, once it is a day old; nothing else does', async () => {
    await write([...drafts, ...others], dayMs + 60_000);
    await nextRun();
    expect(left(drafts)).toEqual([]);
    expect(left(others)).toEqual(others);
  });
  test('stays while its writer may be alive', async () => {
    await write(drafts, dayMs - 60_000);
    await nextRun();
    expect(left(drafts)).toEqual(drafts);
  });
  test('stays where its folder leads elsewhere', async () => {
    await write(['elsewhere/.0123456789abcdef'], dayMs + 60_000);
    await mkdir(at('controls'));
    await symlink(at('elsewhere'), at('controls/released'));
    await nextRun();
    expect(left(['elsewhere/.0123456789abcdef'])).toHaveLength(1);
  });
});

test('a revocation whose draft was taken away is not told as kept', async () => {
  const { link } = fs;
  const gone = Object.assign(new Error('gone'), { code: 'ENOENT' });
  fs.link = (from, to) => (String(to).endsWith('.revoked') ? Promise.reject(gone) : link(from, to));
  syncBuiltinESMExports();
  try {
    const kept = await state.approvals.revoke('ab'.repeat(16), 'statement', 'signature');
    expect(kept).toMatchObject({ ok: false, error: { code: 'STATE_IO' } });
  } finally {
    fs.link = link;
    syncBuiltinESMExports();
  }
});
