import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { KeyState } from '../../../ports/gpg.js';
import type { KindProblem, LiveKey, ProbeContext, ProbeExecutor } from '../../executor.js';
import type { Args } from './schema.js';

export const execute: ProbeExecutor<Args> = async (args, context) => {
  const key = context.key(args.key);
  if (!key.ok) return key;
  const state = await inspect(context, key.value);
  if (!state.ok) return state;
  const { present, canEncrypt, canDecrypt, expired, revoked, expiresAt } = state.value;
  return ok({
    present,
    fingerprint: key.value.fingerprint,
    can_encrypt: canEncrypt,
    can_decrypt: canDecrypt,
    expired,
    revoked,
    expires_at: expiresAt,
  });
};

const absent: KeyState = {
  present: false,
  canEncrypt: false,
  cannotEncrypt: 'absent',
  canDecrypt: false,
  expired: false,
  revoked: false,
  expiresAt: null,
};

async function inspect(
  context: ProbeContext,
  { home, fingerprint, operatorHome }: LiveKey,
): Promise<Result<KeyState, KindProblem>> {
  if (home === null) return ok(absent);
  return context.gpg.inspect({ home, fingerprint }, operatorHome, context.signal);
}
