import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { sharedProperties } from '../../exec-schema.js';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    file: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'The script, relative to the project. It is part of the plan.',
      examples: ['scripts/closeout.sh'],
    }),
    sha256: orExpression(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'What the script must be. The copy that runs is checked against it.',
      }),
    ),
    interpreter: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
        minItems: 1,
        maxItems: 64,
        description: 'Program and options that run it. Default: the script itself, by its first line.',
        examples: [['python3', '-I']],
      }),
    ),
    args: Type.Optional(
      Type.Array(Type.String({ maxLength: 131072 }), {
        maxItems: 4096,
        description: 'Arguments that follow the script.',
        examples: [['--selftest']],
      }),
    ),
    ...sharedProperties,
  },
  { additionalProperties: false, description: 'Runs a pinned copy of a script of the project.' },
);
export type Args = Static<typeof schema>;
