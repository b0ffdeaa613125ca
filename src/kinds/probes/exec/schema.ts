import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { sharedProperties } from '../../exec-schema.js';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    argv: orExpression(
      Type.Array(Type.String({ maxLength: 131072 }), {
        minItems: 1,
        maxItems: 4096,
        description:
          'The program and its arguments; no shell stands between. The first is absolute or found on the fixed PATH.',
        examples: [['pg_dump', '--version']],
      }),
    ),
    ...sharedProperties,
  },
  {
    additionalProperties: false,
    description: 'Runs a program without a shell and gives its exit code and output.',
  },
);
export type Args = Static<typeof schema>;
