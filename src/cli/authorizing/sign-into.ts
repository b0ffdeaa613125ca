import { checkSignature, forms, namespaces } from '../../approve/index.js';
import type { Signed, Signer, StatementKind, Trust } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Refusal } from '../../bind/index.js';

export interface ToSign {
  readonly kind: StatementKind;
  readonly principal: string;
  /** The private key's file. */
  readonly key: string;
  readonly text: string;
}
export interface SignedStatement extends Signed {
  readonly signer: Signer;
}

/**
 * Signs a statement, and checks the signature as everybody will: a key that isn't this person's in the approvers'
 * file is found here and not on the day of the run.
 */
export async function signStatement(
  { kind, principal, key, text }: ToSign,
  trust: Trust,
): Promise<Result<SignedStatement, Refusal>> {
  if (!forms.principal.test(principal))
    return err({ code: 'USAGE', exit: 2, message: '--as takes a name as the approvers’ file writes it' });
  const signature = await trust.ssh.sign(key, namespaces[kind], text);
  if (!signature.ok) return err({ ...signature.error, exit: 4 });
  const signer = await checkSignature({ text, signature: signature.value }, kind, principal, trust);
  if (!signer.ok) {
    // What was signed a moment ago is intact: it is the line that does not let this key sign it.
    const next =
      signer.error.code === 'SIGNATURE_REFUSED'
        ? `look at the options of ${principal}'s line in the approvers’ file: what the key may sign, and until when`
        : `--key is the private key of ${principal}, whose public one the approvers’ file has`;
    return err({ next, ...signer.error });
  }
  return ok({ text, signature: signature.value, signer: signer.value });
}
