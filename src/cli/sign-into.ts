import { open, rm } from 'node:fs/promises';
import { checkSignature, forms, namespaces } from '../approve/index.js';
import type { Signed, Signer, StatementKind, Trust } from '../approve/index.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Refusal } from '../bind/index.js';

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
  if (!signer.ok) return err({ ...signer.error, exit: 6 });
  return ok({ text, signature: signature.value, signer: signer.value });
}

/** Into `path` and `path.sig`, both of them new. Why it can't be, or null. */
export async function writeSigned(path: string, { text, signature }: Signed): Promise<Refusal | null> {
  const made: string[] = [];
  try {
    for (const [name, content] of [
      [`${path}.sig`, signature],
      [path, text],
    ] as const) {
      const file = await open(name, 'wx', 0o644);
      made.push(name);
      await file.writeFile(content);
      await file.close();
    }
    return null;
  } catch (error) {
    for (const name of made) await rm(name, { force: true });
    const message = error instanceof Error ? error.message : String(error);
    return {
      code: 'OUTPUT_UNWRITABLE',
      exit: 4,
      message: `${path} can't be written: ${message}`,
      next: 'give a new file with --output; nothing is overwritten',
    };
  }
}
