import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAllowedSigners } from '../../src/approve/index.js';
import { sealingKey } from '../../src/bundle/attestation.js';
import { sealersAmong } from '../../src/bundle/sealers.js';
import { blocksOf } from '../docs/support.js';

it('the documented command makes the line of allowed_signers from a sealing key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gb-signers-'));
  try {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await writeFile(join(folder, 'seal.pem'), pem);
    const [block] = blocksOf('docs/bundle.md').filter(({ form }) => form === 'signer');
    execFileSync('sh', ['-ec', String(block?.text)], { cwd: folder });
    const read = sealingKey(pem);
    const text = await readFile(join(folder, 'allowed_signers'), 'utf8');
    const allowed = readAllowedSigners(text, 'allowed_signers');
    const sealers = allowed.ok ? sealersAmong(allowed.value) : allowed;
    if (!read.ok || !sealers.ok) throw new Error('unreadable');
    expect(sealers.value).toMatchObject([{ principal: 'ci-runner', key: read.value.signer.fingerprint }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
