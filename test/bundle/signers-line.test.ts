import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sealingKey } from '../../src/bundle/attestation.js';
import { parseAllowedSigners } from '../../src/bundle/signers.js';
import { blocksOf } from '../docs/support.js';

it('the documented command makes the line of allowed_signers from a sealing key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gb-signers-'));
  try {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await writeFile(join(folder, 'seal.pem'), pem);
    const [block] = blocksOf('docs/bundle.md').filter(({ form }) => form === 'signer');
    execFileSync('sh', ['-ec', String(block?.text)], { cwd: folder });
    const read = sealingKey(pem);
    const allowed = parseAllowedSigners(await readFile(join(folder, 'allowed_signers'), 'utf8'));
    expect(read.ok && allowed.ok && allowed.value.get(read.value.signer.sshKey)).toBe('ci-runner');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
