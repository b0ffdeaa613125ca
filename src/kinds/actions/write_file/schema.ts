import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      maxLength: 4096,
      description:
        'The new file, absolute or relative to the project. Its folder must exist, nothing may stand there, no part of the way may be a symbolic link.',
      examples: ['${{ run.work }}/dr.env'],
    }),
    content: Type.String({
      maxLength: 1048576,
      description: 'What it holds. Secrets may stand here if the mode is "0600".',
      examples: ['PGPASSWORD=${{ secrets.dr }}\\n'],
    }),
    mode: Type.Optional(
      orExpression(
        Type.String({
          pattern: '^0[0-7]{3}$',
          description: 'Octal permissions. Default: "0600".',
          examples: ['0640'],
        }),
      ),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Writes a file, which belongs to the run; 0600 ones are overwritten before they are removed.',
  },
);
export type Args = Static<typeof schema>;
