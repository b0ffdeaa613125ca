import { readdir } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../src/adapters/temporary.js';
import { createSsh } from '../../../src/adapters/ssh/index.js';
import { openKeys } from '../../support/approval.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gbv-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('while ssh-keygen checks, nothing stands in the temporary folder that a kill could leave there', async () => {
  const keys = openKeys('alice');
  const { text, signature } = await keys.sign('alice', 'hello\n', 'file');
  vi.stubEnv('TMPDIR', folder);
  const checking = createSsh().verify({
    ...{ line: keys.line('alice', 'alice'), principal: 'alice', namespace: 'file', text, signature },
    at: new Date().toISOString(),
  });
  let ended = false;
  void checking.finally(() => (ended = true));
  const seen: string[][] = [];
  while (!ended) seen.push(await readdir(folder));
  expect(await checking).toEqual({ ok: true, value: null });
  // A name lives for the instant between two system calls; a check takes milliseconds.
  expect(seen.filter((names) => names.length > 0).length).toBeLessThan(seen.length / 2);
  keys.close();
});

test('where nothing can be made in the temporary folder, that is said, and what to do', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'absent'));
  const question = { line: '', principal: 'alice', namespace: 'file', text: '', signature: '', at: '' };
  expect(await createSsh().verify(question)).toMatchObject({
    error: { code: 'TMPDIR_UNUSABLE', next: expect.stringContaining('set TMPDIR') as unknown },
  });
  vi.stubEnv('TMPDIR', 'here');
  expect(temporaryFolder()).toBe(resolve('here'));
});
