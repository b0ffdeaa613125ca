import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { word } from '../base/shell-word.js';
import { messageOf } from '../base/thrown.js';
import type { Problem } from '../text/problem.js';
import { readText } from './read-text.js';

/** More than any public key has. */
const maxPublicKeyBytes = 16 * 1024;

/**
 * Why a file is no key to sign with. A private key that others may read may have signed for others: refused, as
 * ssh-keygen does with one's own. A group may read what is root's, which is how a service is given its key. Null where
 * all is well, or there is no such file.
 */
export function unprotectedKey(path: string): Problem | null {
  let facts: Stats | undefined;
  try {
    facts = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const why = messageOf(error);
    return { code: 'KEY_UNUSABLE', message: `the private key ${path} can't be looked at: ${why}` };
  }
  if (facts?.isFile() !== true) return null;
  // ssh-keygen would sign with the private key beside it, which nobody named.
  if (/^(ssh-|sk-|ecdsa-|-----BEGIN PUBLIC)/.test(readText(path, maxPublicKeyBytes) ?? ''))
    return {
      code: 'KEY_UNUSABLE',
      message: `${path} is a public key, and only the private one signs`,
      next: 'give the private key: the file without .pub',
    };
  const forGroup = facts.uid === 0 && process.geteuid?.() !== 0;
  const open = facts.mode & (forGroup ? 0o037 : 0o077);
  if (open === 0) return null;
  const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
  const who = (open & 0o007) === 0 ? 'its group' : 'others';
  return {
    code: 'KEY_UNPROTECTED',
    message: `the private key ${path} is open to ${who} (${mode}), and nothing is signed with such a key`,
    next: `chmod 600 ${word(path)}   and make a new key if somebody may have read this one`,
  };
}
