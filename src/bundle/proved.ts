import { countedInWords } from '../base/words.js';
import type { Report } from '../report/index.js';
import type { Chain } from './annotations.js';
import type { PublicKey } from './attestation.js';
import type { Hashes } from './compare.js';
import { isAnnotation } from './manifest.js';
import type { VerifyOptions } from './verify.js';

/** What holds of a bundle without findings, one sentence each. */
export function proofs(
  found: Hashes,
  report: Report,
  signer: PublicKey | null,
  options: VerifyOptions,
): string[] {
  const { journal_records: records, journal_head: head } = report.evidence;
  const proved = [
    `${countedInWords([...found.keys()].filter((file) => !isAnnotation(file)).length, 'file')}, each with the bytes that were sealed`,
    `a journal of ${countedInWords(records, 'record')} whose chain holds, head ${head}`,
    'report.md and report.json say what the journal says, byte for byte',
  ];
  if (options.expectHead !== undefined) proved.push('the head is the one that was kept elsewhere');
  if (signer !== null) proved.push(`${signer.fingerprint} sealed these bytes${namedSigner(signer, options)}`);
  return proved;
}

export function annotationProofs(
  { annotations, digests, unfinished }: Chain,
  options: VerifyOptions,
): string[] {
  const none = unfinished.map(
    (file) => `${file} is no annotation: an annotate that was killed left it, and the next one takes it away`,
  );
  const last = digests.at(-1);
  if (last === undefined) return none;
  const trusted = options.annotations?.signers !== null;
  return [
    `${countedInWords(annotations.length, 'annotation')}, each naming the one before it, head ${last.statement}`,
    ...annotations.map(({ number, who, key }) => {
      const signed =
        key === null
          ? 'NOT signed'
          : `signed with ${key}${trusted ? '' : '; whose key that is was not checked'}`;
      return `annotation ${String(number)} in the name of ${who}: ${signed}`;
    }),
    ...none,
  ];
}

function namedSigner(signer: PublicKey, { allowedSigners }: VerifyOptions): string {
  const principal = allowedSigners?.find(({ key }) => key === signer.fingerprint)?.principal;
  return principal === undefined ? '; whose key that is was not checked' : ` (${principal})`;
}
