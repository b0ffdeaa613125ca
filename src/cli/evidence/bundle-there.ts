import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { attestationName, journalName, manifestName } from '../../bundle/manifest.js';
import type { Problem } from '../../text/problem.js';
import type { CommandOutput } from '../output.js';
import { failed } from '../output.js';
import { word } from '../shown.js';

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
/** What stands in the way here and says nothing against the evidence. */
const ofTheEnvironment: ReadonlySet<string> = new Set([
  'BUNDLE_MISSING',
  'BUNDLE_UNREADABLE',
  'BUNDLE_UNWRITABLE',
  'KEY_UNUSABLE',
  'KEY_UNPROTECTED',
  'PROGRAM_MISSING',
]);

/**
 * Exit 4 where the environment is to blame, 2 where what was asked for isn't there, 1 where it is the bundle, which
 * the next step then names as it was typed.
 */
export function failedOn(bundle: string, { next, ...problem }: Problem): CommandOutput {
  const exit = ofTheEnvironment.has(problem.code) ? 4 : problem.code === 'REVISION_UNKNOWN' ? 2 : 1;
  return failed(
    { ...problem, ...(next !== undefined && { next: next.replace('BUNDLE', word(bundle)) }) },
    exit,
  );
}
