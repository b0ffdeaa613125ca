import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    paths: orExpression(
      Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), {
        minItems: 1,
        maxItems: 1000,
        description:
          'Files and folders, absolute or relative to the project. One that is absent is an error.',
        examples: [['${{ run.logs }}']],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "Looks for secrets' values in every spelling, and for what is shaped like a secret.",
  },
);
export type Args = Static<typeof schema>;
