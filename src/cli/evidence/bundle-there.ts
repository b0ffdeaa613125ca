import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { attestationName, journalName, manifestName } from '../../bundle/manifest.js';
import type { Problem } from '../../text/problem.js';

/** A folder that isn't there, or has nothing of a bundle, was named by mistake: nobody changed what was sealed. */
export async function noBundleAt(folder: string): Promise<Problem | null> {
  const found = await bundleFiles(folder).list();
  if (!found.ok) return found.error;
  const names = [journalName, manifestName, attestationName];
  if (found.value.some(({ path }) => names.includes(path))) return null;
  return {
    code: 'BUNDLE_MISSING',
    message: `${folder} is no bundle: it has none of ${names.join(', ')}`,
    next: 'gatebook runs   lists the bundles of this state folder',
  };
}

/** The attestation is written last: with it a bundle is whole, and never written again. */
export const isSealed = (bundle: string): boolean => existsSync(join(bundle, attestationName));
