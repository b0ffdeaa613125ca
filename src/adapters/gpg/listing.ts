import type { KeyState } from '../../ports/gpg.js';

/** A primary key with its subkeys, as `--with-colons` lists it (GnuPG, doc/DETAILS). */
export interface ListedKey {
  readonly fingerprint: string;
  readonly validity: string;
  readonly capabilities: string;
  /** Seconds since 1970, or empty. */
  readonly expires: string;
  /** Key ids of all of them that can encrypt and are usable. */
  readonly encryptionKeyIds: readonly string[];
}

const unusable = /^[riden]/;

/** Reads a listing with colons; the primary's `fpr` line follows its `pub` or `sec` line. */
export function readListing(text: string): ListedKey[] {
  const keys: { -readonly [K in keyof ListedKey]: ListedKey[K] }[] = [];
  let awaitsFingerprint = false;
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    const [record = '', validity = '', , , keyId = '', , expires = ''] = fields;
    const capabilities = fields[11] ?? '';
    const current = keys.at(-1);
    if (record === 'pub' || record === 'sec') {
      const own = capabilities.includes('e') && !unusable.test(validity) ? [keyId] : [];
      keys.push({ fingerprint: '', validity, capabilities, expires, encryptionKeyIds: own });
      awaitsFingerprint = true;
    } else if (record === 'fpr' && current && awaitsFingerprint) {
      current.fingerprint = fields[9] ?? '';
      awaitsFingerprint = false;
    } else if ((record === 'sub' || record === 'ssb') && current) {
      if (capabilities.includes('e') && !unusable.test(validity))
        current.encryptionKeyIds = [...current.encryptionKeyIds, keyId];
    }
  }
  return keys;
}

/** Capital letters are what the whole key can do now; `D` means disabled. */
export function stateOf(key: ListedKey): Omit<KeyState, 'canDecrypt'> {
  const usable = !unusable.test(key.validity) && !key.capabilities.includes('D');
  return {
    present: true,
    canEncrypt: usable && key.capabilities.includes('E') && key.encryptionKeyIds.length > 0,
    expired: key.validity === 'e',
    revoked: key.validity === 'r',
    expiresAt: key.expires === '' ? null : new Date(Number(key.expires) * 1000).toISOString(),
  };
}

export const absent: KeyState = {
  present: false,
  canEncrypt: false,
  canDecrypt: false,
  expired: false,
  revoked: false,
  expiresAt: null,
};
