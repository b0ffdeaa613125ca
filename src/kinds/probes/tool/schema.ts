import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 1024,
      description:
        'Name of the program, found on the fixed PATH (PostgreSQL programs also where Debian and Homebrew keep them), or its absolute path.',
      examples: ['pg_dump', 'gpg'],
    }),
  },
  { additionalProperties: false, description: 'Whether a program is there, where, and which version.' },
);
export type Args = Static<typeof schema>;
