import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Ssh } from '../ports/ssh.js';
import type { Refusal } from '../bind/index.js';
import { readSignature } from './signature.js';
import type { Signer } from './signers.js';
import type { Signed, StatementKind } from './statement.js';
import { namespaces } from './statement.js';

/** Whose signatures count, and who checks them. */
export interface Trust {
  readonly signers: readonly Signer[];
  readonly ssh: Ssh;
  /** UTC, ISO 8601. */
  readonly now: string;
}

/**
 * Whether this statement was signed for its kind by the person it names, with a key that the approvers' file gives
 * to that person and to the purpose. Which key it was. Problems: SIGNATURE_MALFORMED, SIGNATURE_NAMESPACE,
 * SIGNER_UNKNOWN, SIGNER_KEY, SIGNATURE_REFUSED: exit 6. PROGRAM_MISSING, TMPDIR_UNUSABLE: nobody could check it here, exit 4.
 */
export async function checkSignature(
  { text, signature }: Signed,
  kind: StatementKind,
  principal: string,
  { signers, ssh, now }: Trust,
): Promise<Result<Signer, Refusal>> {
  const wrong = (code: string, message: string, next?: string): Result<never, Refusal> =>
    err({ code, exit: 6, message, ...(next !== undefined && { next }) });
  const facts = readSignature(signature);
  if (facts === null) return wrong('SIGNATURE_MALFORMED', 'its signature is not one of ssh-keygen');
  const namespace = namespaces[kind];
  if (facts.namespace !== namespace) {
    const said = JSON.stringify(facts.namespace.slice(0, 64));
    return wrong('SIGNATURE_NAMESPACE', `it is signed in the namespace ${said}, not ${namespace}`);
  }
  const theirs = signers.filter((signer) => signer.principal === principal);
  if (theirs.length === 0)
    return wrong('SIGNER_UNKNOWN', `${principal} is not in the approvers' file`, 'add the person there');
  // A key that was given anew for another time or purpose stands in two lines: either may let it sign.
  const [signer, ...again] = theirs.filter((one) => one.blob === facts.blob);
  if (signer === undefined) {
    const other = signers.find((one) => one.blob === facts.blob);
    const whose = other === undefined ? 'a key that nobody has there' : `the key of ${other.principal}`;
    return wrong('SIGNER_KEY', `it names ${principal}, and is signed with ${whose} (${facts.key})`);
  }
  const line = [signer, ...again].map((one) => one.line).join('');
  const verified = await ssh.verify({ line, principal, namespace, text, signature, at: now });
  if (verified.ok) return ok(signer);
  const exit = verified.error.code === 'SIGNATURE_REFUSED' ? 6 : 4;
  return err({ ...verified.error, exit, message: `its signature: ${verified.error.message}` });
}
