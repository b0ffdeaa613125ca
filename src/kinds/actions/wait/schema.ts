import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    for: orExpression(
      Type.String({
        pattern: '^[0-9]{1,6}(ms|s|m|h)$',
        description: "How long; the command's own timeout still holds.",
        examples: ['2s'],
      }),
    ),
  },
  { additionalProperties: false, description: 'Waits.' },
);
export type Args = Static<typeof schema>;
