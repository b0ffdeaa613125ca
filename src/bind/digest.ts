import canonicalize from 'canonicalize';
import { digestOf } from '../base/sha256.js';
import { invariant } from '../base/invariant.js';
import type { Binding } from '../model/binding.js';

/** What `binding.json` holds: RFC 8785 canonical JSON. */
export function canonicalBinding(binding: Binding): string {
  const text = canonicalize(binding);
  invariant(text, 'a binding is an object');
  return text;
}

/** sha256 of the canonical binding: what an approval names beside the plan's. */
export const bindingDigest = (binding: Binding): string => digestOf(canonicalBinding(binding));
