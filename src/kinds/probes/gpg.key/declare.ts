import type { Value } from '../../../base/value.js';
import { isMap } from '../../../base/value.js';
import type { ProbeDeclaration } from '../../declaration.js';

const keyOf = (args: Value): string => {
  const key = isMap(args) ? args['key'] : undefined;
  return typeof key === 'string' ? key : '?';
};

export const declaration: ProbeDeclaration = {
  name: 'gpg.key',
  summary: 'Whether a declared key is there, and what it can do. An unset fingerprint is `present: false`.',
  programs: ['gpg'],
  words: (args) => `the GnuPG key ${keyOf(args)}`,
  references: (args) => ({ keys: [keyOf(args)] }),
  observation: {
    fields: {
      present: 'bool',
      fingerprint: { nullable: 'string' },
      can_encrypt: 'bool',
      can_decrypt: 'bool',
      expired: 'bool',
      revoked: 'bool',
      expires_at: { nullable: 'string' },
    },
  },
  inDryRun: true,
};
