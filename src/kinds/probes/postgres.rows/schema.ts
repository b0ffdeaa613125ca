import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';
import { namesField, targetField } from '../../postgres/schema.js';

const likeRow = Type.Object({
  table: Type.String({ minLength: 3, maxLength: 127, description: '`schema.name`.' }),
  count: Type.Integer({ minimum: 0, description: 'How many rows there must be.' }),
  hash: Type.Optional(
    Type.String({ pattern: '^-?[0-9]{1,60}$', description: 'Content hash, as a backup gives it.' }),
  ),
  of: Type.Optional(
    Type.String({ pattern: '^[0-9a-f]{64}$', description: 'The artifact it was taken with.' }),
  ),
});

export const schema = Type.Object(
  {
    target: targetField,
    tables: Type.Optional(
      namesField(
        'Tables by their exact names, `schema.name`; partitions and inheriting tables are counted each for itself.',
        'cutter_governance.decision_backlog_entry',
      ),
    ),
    like: Type.Optional(
      orExpression(
        Type.Array(likeRow, {
          minItems: 1,
          maxItems: 100_000,
          description:
            'What must be there: a backup’s `tables` (rows, hashes, and where the list is whole also sequences, catalog and large objects), or a list of table and count.',
          examples: [
            [{ table: 'cutter_governance.verify_result', count: 1 }],
            "${{ commands['C-02'].backup.tables }}",
          ],
        }),
      ),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 2,
    maxProperties: 2,
    description: 'Counts and hashes rows. Give `tables` or `like`, not both.',
  },
);
export type Args = Static<typeof schema>;
