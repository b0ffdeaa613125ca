import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      maxLength: 4096,
      description:
        'The new folder, absolute or relative to the project. Its parent must exist, nothing may stand there, no part of the way may be a symbolic link.',
      examples: ['${{ run.work }}/out'],
    }),
    mode: Type.Optional(
      orExpression(
        Type.String({
          pattern: '^0[0-7]{3}$',
          description: 'Octal permissions. Default: "0700".',
          examples: ['0750'],
        }),
      ),
    ),
  },
  { additionalProperties: false, description: 'Makes a folder, which belongs to the run.' },
);
export type Args = Static<typeof schema>;
