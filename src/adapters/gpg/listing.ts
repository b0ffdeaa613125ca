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
  /** The one among them that gpg encrypts to: the newest subkey, else the primary key. */
  readonly encryptsTo: EncryptionKey | null;
  /** What is wrong with those that could encrypt and may not: a validity, as listed. */
  readonly unusable: string;
}
interface EncryptionKey {
  readonly subkey: boolean;
  readonly createdAt: number;
  /** Its secret half lies in the keyring that was listed: it is neither missing (`#`) nor on a card (its number). */
  readonly secretHere: boolean;
}

const unusable = /^[riden]/;

type Draft = { -readonly [K in keyof ListedKey]: ListedKey[K] };

/** One more of its keys, which this line lists. */
function addKey(key: Draft, fields: readonly string[]): void {
  const [record = '', validity = '', , , keyId = '', created = ''] = fields;
  if (fields[11]?.includes('e') !== true) return;
  if (unusable.test(validity)) {
    key.unusable = validity;
    return;
  }
  key.encryptionKeyIds = [...key.encryptionKeyIds, keyId];
  const subkey = record === 'sub' || record === 'ssb';
  const one = { subkey, createdAt: Number(created), secretHere: fields[14] === '+' };
  const before = key.encryptsTo;
  if (!before?.subkey || one.createdAt > before.createdAt) key.encryptsTo = one;
}

/** Reads a listing with colons; the primary's `fpr` line follows its `pub` or `sec` line. */
export function readListing(text: string): ListedKey[] {
  const keys: Draft[] = [];
  let awaitsFingerprint = false;
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    const [record = '', validity = '', , , , , expires = ''] = fields;
    if (record === 'pub' || record === 'sec') {
      const none = { encryptionKeyIds: [], encryptsTo: null, unusable: '' };
      keys.push({ fingerprint: '', validity, capabilities: fields[11] ?? '', expires, ...none });
      awaitsFingerprint = true;
    }
    const current = keys.at(-1);
    if (current === undefined) continue;
    if (record === 'fpr' && awaitsFingerprint) {
      current.fingerprint = fields[9] ?? '';
      awaitsFingerprint = false;
    } else if (/^(?:pub|sec|sub|ssb)$/.test(record)) addKey(current, fields);
  }
  return keys;
}

/** A flag of the keyring's owner, which no export carries. */
export const isDisabled = ({ validity, capabilities }: ListedKey): boolean =>
  validity.startsWith('d') || capabilities.includes('D');

const becauseOf: Readonly<Record<string, string | undefined>> = {
  r: 'revoked',
  e: 'expired',
  i: 'not valid',
  n: 'not valid',
};

/** Why nothing is encrypted to it, in words that follow `key K is`; null where it can be. */
function whyNot(key: ListedKey): string | null {
  const whole = becauseOf[key.validity.charAt(0)];
  if (whole !== undefined) return whole;
  if (isDisabled(key)) return 'disabled in the keyring that it comes from';
  if (key.encryptsTo !== null && key.capabilities.includes('E')) return null;
  const part = becauseOf[key.unusable.charAt(0)];
  return `without an encryption subkey${part === undefined ? '' : ` that is usable: it is ${part}`}`;
}

/** Capital letters among the capabilities are what the whole key can do now. */
export function stateOf(key: ListedKey): Omit<KeyState, 'canDecrypt'> {
  const cannotEncrypt = whyNot(key);
  return {
    present: true,
    canEncrypt: cannotEncrypt === null,
    cannotEncrypt,
    expired: key.validity === 'e',
    revoked: key.validity === 'r',
    expiresAt: key.expires === '' ? null : new Date(Number(key.expires) * 1000).toISOString(),
  };
}

export const absent: KeyState = {
  present: false,
  canEncrypt: false,
  cannotEncrypt: 'absent',
  canDecrypt: false,
  expired: false,
  revoked: false,
  expiresAt: null,
};
