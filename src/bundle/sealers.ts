import type { Signer } from '../approve/signers.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';

/** Namespace to which an `allowed_signers` line may restrict a sealing key. */
const sealNamespace = 'gatebook-seal@v1';

/** Those whose seal counts. A key that counts for a while only is refused: a seal has no time that could be trusted. */
export function sealersAmong(signers: readonly Signer[]): Result<readonly Signer[], string> {
  const sealers = signers.filter(({ namespaces }) => namespaces?.includes(sealNamespace) ?? true);
  const timed = sealers.find((signer) => signer.timed);
  return timed === undefined
    ? ok(sealers)
    : err(`the key of ${timed.principal} has a valid-after or valid-before, and may seal`);
}
