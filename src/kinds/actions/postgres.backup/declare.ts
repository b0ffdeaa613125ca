import type { Value } from '../../../base/value.js';
import { isMap } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';

const part = (args: Value, key: string): Value | undefined => (isMap(args) ? args[key] : undefined);
const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '?');

function scope(args: Value): string {
  const [tables, schemas] = [part(args, 'tables'), part(args, 'schemas')];
  const list = (value: Value, one: string): string =>
    Array.isArray(value)
      ? `${value.length} ${one}${value.length === 1 ? '' : 's'}`
      : `the ${one}s ${text(value)}`;
  if (tables !== undefined) return list(tables, 'table');
  return schemas === undefined ? 'everything' : list(schemas, 'schema');
}

export const declaration: ActionDeclaration = {
  name: 'postgres.backup',
  summary: 'Streams pg_dump through compression and encryption into a new file; plaintext never on disk.',
  effect: 'create',
  words(args) {
    const encrypt = part(args, 'encrypt') ?? null;
    const proof = part(encrypt, 'proof') === 'ephemeral' ? ' and a recipient of this run' : '';
    return `back up ${scope(args)} of ${text(part(args, 'target'))}, encrypted to ${text(part(encrypt, 'key'))}${proof}`;
  },
  references: (args) => ({
    targets: [text(part(args, 'target'))],
    keys: [text(part(part(args, 'encrypt') ?? null, 'key'))],
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
