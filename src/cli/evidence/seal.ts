import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { readText } from '../../adapters/read-text.js';
import { unprotectedKey } from '../../adapters/unprotected-key.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { SealingKey } from '../../bundle/attestation.js';
import { sealingKey } from '../../bundle/attestation.js';
import type { Seal } from '../../bundle/seal.js';
import { sealBundle } from '../../bundle/seal.js';
import { setAsidePath } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';

/** More than any private key in PEM has. */
const maxKeyBytes = 64 * 1024;

/** The key that seals, if one is configured: `GATEBOOK_SEALING_KEY` names an Ed25519 private key in PEM. */
export function configuredKey(): Result<SealingKey | null, Problem> {
  const path = process.env['GATEBOOK_SEALING_KEY'];
  if (path === undefined) return ok(null);
  const unprotected = unprotectedKey(path);
  if (unprotected !== null) return err(unprotected);
  const pem = readText(path, maxKeyBytes);
  if (pem !== null) return sealingKey(pem);
  return err({
    code: 'SEALING_KEY',
    message: path === '' ? 'GATEBOOK_SEALING_KEY is set but empty' : `the sealing key ${path} can't be read`,
    next: 'check GATEBOOK_SEALING_KEY, or unset it',
  });
}

/** report.md, report.json, SHA256SUMS, attestation.json: the last writes to a bundle. */
export const seal = (bundle: string, key: SealingKey | null): Promise<Result<Seal, Problem>> =>
  sealBundle(bundleFiles(bundle), key);

/** A bundle in which a secret was found goes out of the way, closed to others; where it is then. */
export async function setAside(bundle: string): Promise<Result<string, Problem>> {
  const aside = setAsidePath(bundle);
  try {
    await chmod(bundle, 0o700);
    await rename(bundle, aside);
    return ok(aside);
  } catch (error) {
    return err({
      code: 'BUNDLE_UNWRITABLE',
      message: `${bundle}, in which a secret may be, could not be set aside: ${messageOf(error)}`,
    });
  }
}

export const reportPath = (bundle: string): string => join(bundle, 'report.md');
