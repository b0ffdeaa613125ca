import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    path: orExpression(
      Type.String({
        pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}){0,7}$',
        description: "Its name below the bundle's kept/.",
        examples: ['schema.sql', 'logs/server'],
      }),
    ),
    from: Type.String({
      minLength: 1,
      maxLength: 4096,
      description:
        'The file or folder to keep, absolute or relative to the project. It must be free of secrets.',
      examples: ['${{ run.work }}/schema.sql'],
    }),
  },
  { additionalProperties: false, description: 'Puts a file or folder into the bundle, as evidence.' },
);
export type Args = Static<typeof schema>;
