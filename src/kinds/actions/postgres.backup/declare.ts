import type { Value } from '../../../base/value.js';
import { isList } from '../../../base/value.js';
import { counted } from '../../../base/words.js';
import type { ActionDeclaration } from '../../declaration.js';
import { argument, shown } from '../../words.js';

function scope(args: Value): string {
  for (const one of ['table', 'schema']) {
    const value = argument(args, `${one}s`);
    if (value !== undefined)
      return isList(value) ? counted(value.length, one) : `the ${one}s ${shown(args, `${one}s`)}`;
  }
  return 'everything';
}

export const declaration: ActionDeclaration = {
  name: 'postgres.backup',
  summary: 'Streams pg_dump through compression and encryption into a new file; plaintext never on disk.',
  programs: ['pg_dump', 'gpg'],
  effect: 'create',
  words(args) {
    const encrypt = argument(args, 'encrypt');
    const proof = argument(encrypt, 'proof') === 'ephemeral' ? ' and a recipient of this run' : '';
    return `back up ${scope(args)} of ${shown(args, 'target')}, encrypted to ${shown(encrypt, 'key')}${proof}`;
  },
  references: (args) => ({
    targets: [shown(args, 'target')],
    keys: [shown(argument(args, 'encrypt'), 'key')],
  }),
  outputs: {
    fields: {
      sha256: 'string',
      size_bytes: 'int',
      gpg_fpr: 'string',
      artifact_ref: 'string',
      snapshot: 'string',
      tables: { list: { fields: { table: 'string', count: 'int', hash: 'string', of: 'string' } } },
      not_covered: { list: 'string' },
    },
  },
  creates: () => [{ type: 'artifact', durability: 'kept', words: 'an encrypted dump in run.artifacts' }],
};
