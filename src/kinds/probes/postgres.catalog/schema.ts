import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';
import { namesField, targetField } from '../../postgres/schema.js';

const kinds = ['table', 'view', 'materialized_view', 'sequence', 'foreign_table', 'index', 'function', 'type', 'trigger'] as const; // prettier-ignore

export const schema = Type.Object(
  {
    target: targetField,
    schemas: Type.Optional(
      namesField('Only these schemas; each must exist. Default: all but the system’s.', 'cutter_governance'),
    ),
    kinds: Type.Optional(
      orExpression(
        Type.Array(Type.Union(kinds.map((kind) => Type.Literal(kind))), {
          minItems: 1,
          uniqueItems: true,
          description: 'Only these kinds. Default: all of them. A partitioned table is a `table`.',
          examples: [['table', 'view']],
        }),
      ),
    ),
  },
  { additionalProperties: false, description: 'Which objects there are.' },
);
export type Args = Static<typeof schema>;
