import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    only: Type.Optional(
      orExpression(
        Type.Array(
          Type.Union([Type.Literal('containers'), Type.Literal('clusters'), Type.Literal('files')]),
          {
            minItems: 1,
            maxItems: 3,
            description:
              'Looks at these parts alone, so that containers can be a gate of its own where there is an engine to ask. Default: everything that is declared.',
            examples: [['clusters', 'files']],
          },
        ),
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'The state of what the runbook declares as `protected`, by exact names.',
  },
);
export type Args = Static<typeof schema>;
