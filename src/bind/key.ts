import { isFingerprint } from '../base/ids.js';
import type { BoundKey } from '../model/binding.js';
import { isOutside } from '../model/runbook.js';
import type { Given, KeyDeclaration } from '../model/runbook.js';
import type { Here } from './here.js';
import { showSource } from './outside.js';
import { refuse } from './refuse.js';

/** A full fingerprint and whose keyring it is looked for in; a stand-in's, where this is a rehearsal. */
export function bindKey(name: string, declared: KeyDeclaration, rehearsal: boolean, here: Here): BoundKey {
  if (declared.via === 'generate') return { fingerprint: null, standIn: false };
  // A literal is looked up in the stand-in's keyring, where it isn't.
  if (rehearsal && isOutside(declared.fingerprint)) return { fingerprint: null, standIn: true };
  const found = fingerprint(name, declared.fingerprint, here);
  return rehearsal ? { fingerprint: found.fingerprint, standIn: true } : { ...found, standIn: false };
}

function fingerprint(name: string, declared: Given, here: Here): Omit<BoundKey, 'standIn'> {
  const text = isOutside(declared) ? here.environment.get(declared) : declared;
  if (text === undefined) return { fingerprint: null };
  const plain = text.trim().toUpperCase();
  if (!isFingerprint(plain)) {
    const source = isOutside(declared) ? showSource(declared) : `keys.${name}`;
    return refuse(
      'FINGERPRINT_MALFORMED',
      `${source} is not a full fingerprint: it takes 40 hex digits, never a name, an e-mail or a short key id`,
      "read it with: gpg --list-keys --with-colons | awk -F: '/^fpr:/{print $10; exit}'",
    );
  }
  return { fingerprint: plain, home: here.keyring };
}
