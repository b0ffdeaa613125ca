import type { Fingerprint } from '../../../base/ids.js';
import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { KeyHome } from '../../../ports/gpg.js';
import type { ActionContext, KindProblem } from '../../executor.js';
import type { Args } from './schema.js';

export interface Recipients {
  /** Holds every recipient's public half. */
  readonly home: string;
  readonly all: readonly Fingerprint[];
  readonly declared: Fingerprint;
  readonly proof: KeyHome | null;
}

/** The declared key, usable, and beside it the run's own where `proof` asks for it. */
export async function prepareRecipients(
  context: ActionContext,
  { encrypt }: Args,
): Promise<Result<Recipients, KindProblem>> {
  const declared = await usableKey(context, encrypt.key);
  if (!declared.ok) return declared;
  const { home, fingerprint } = declared.value;
  if (encrypt.proof === undefined)
    return ok({ home, all: [fingerprint], declared: fingerprint, proof: null });
  const proof = await proofKey(context, declared.value);
  if (!proof.ok) return proof;
  const all = [fingerprint, proof.value.fingerprint];
  return ok({ home: proof.value.home, all, declared: fingerprint, proof: proof.value });
}

/** The key as declared; what a backup can't be encrypted to is refused before anything is read. */
async function usableKey(context: ActionContext, name: string): Promise<Result<KeyHome, KindProblem>> {
  const key = context.key(name);
  if (!key.ok) return key;
  const { fingerprint, home } = key.value;
  if (fingerprint === null)
    return err({
      code: 'KEY_UNSET',
      message: `the fingerprint of key ${name} is not set`,
      next: 'Set the outside name that the runbook gives for it to 40 hex digits.',
    });
  if (home === null)
    return err(
      key.value.problem ?? {
        code: 'KEY_NOT_IN_KEYRING',
        message: `key ${name} (${fingerprint}) is not in the keyring`,
        next: 'gpg --import its public half as the user who runs.',
      },
    );
  const found = { home, fingerprint };
  const state = await context.gpg.inspect(found, null, context.signal);
  if (!state.ok) return state;
  if (!state.value.present)
    return err({
      code: 'KEY_NOT_IN_KEYRING',
      message: `key ${name} (${fingerprint}) is not in its private home`,
    });
  const { cannotEncrypt } = state.value;
  if (cannotEncrypt !== null)
    return err({ code: 'KEY_CANNOT_ENCRYPT', message: `key ${name} (${fingerprint}) is ${cannotEncrypt}` });
  return ok(found);
}

/** A key of this run in a home of its own, which the ledger destroys; it also holds the declared public key. */
async function proofKey(context: ActionContext, declared: KeyHome): Promise<Result<KeyHome, KindProblem>> {
  const { gpg, ledger, run, signal } = context;
  const home = gpg.homePath(run.work, context.files.nonce());
  const name = `proof key of ${context.as ?? context.label}`;
  const resource = await ledger.intend({
    kind: 'gpg.home',
    name,
    durability: 'ephemeral',
    handle: { path: home },
  });
  const made = await gpg.createHome(home);
  if (!made.ok) return made;
  await ledger.created(resource, { path: home });
  const key = await gpg.generate(`gatebook proof ${run.id}`, home, signal);
  if (!key.ok) return key;
  const added = await gpg.addPublic(declared, home, signal);
  return added.ok ? key : added;
}
