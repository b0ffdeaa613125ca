import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { durationPattern } from '../../../base/quantity.js';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    for: orExpression(
      Type.String({
        pattern: durationPattern,
        description: "How long; the command's own timeout still holds.",
        examples: ['2s'],
      }),
    ),
  },
  { additionalProperties: false, description: 'Waits.' },
);
export type Args = Static<typeof schema>;
