import { readdir } from 'node:fs/promises';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../src/adapters/temporary.js';
import { createSsh } from '../../../src/adapters/ssh/index.js';
import { checkSignature, readSigners } from '../../../src/approve/index.js';
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

test('a public key is told to be one, and the private key beside it is not taken in its place', async () => {
  const keys = openKeys('alice');
  for (const mode of [0o644, 0o600]) {
    chmodSync(`${keys.file('alice')}.pub`, mode);
    expect(await createSsh().sign(`${keys.file('alice')}.pub`, 'file', 'hello\n')).toMatchObject({
      error: { code: 'KEY_UNUSABLE', message: expect.stringContaining('is a public key') as unknown },
    });
  }
  keys.close();
});

test('where nothing can be made in the temporary folder, that is said, and what to do', async () => {
  const keys = openKeys('alice');
  const signed = await keys.sign('alice', 'hello\n', 'gatebook-revocation@v1');
  vi.stubEnv('TMPDIR', join(folder, 'absent'));
  const question = { line: '', principal: 'alice', namespace: 'file', text: '', signature: '', at: '' };
  expect(await createSsh().verify(question)).toMatchObject({
    error: { code: 'TMPDIR_UNUSABLE', next: expect.stringContaining('set TMPDIR') as unknown },
  });
  const read = readSigners(keys.line('alice', 'alice'), 'here');
  if (!read.ok) throw new Error(read.error.message);
  const trust = { signers: read.value, ssh: createSsh(), now: new Date().toISOString() };
  // It says nothing about the signature, so it is no refusal by a control.
  expect(await checkSignature(signed, 'revocation', 'alice', trust)).toMatchObject({
    error: { code: 'TMPDIR_UNUSABLE', exit: 4 },
  });
  keys.close();
  vi.stubEnv('TMPDIR', 'here');
  expect(temporaryFolder()).toBe(resolve('here'));
});
