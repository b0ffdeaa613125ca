import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {
    instructions: Type.String({
      minLength: 1,
      maxLength: 16384,
      description: 'What a person has to do.',
      examples: ['Import the public key into the keyring of the backup user.'],
    }),
    confirm: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'What the person types when it is done.',
      examples: ['imported'],
    }),
  },
  { additionalProperties: false, description: 'A person does it and confirms it at the terminal.' },
);
export type Args = Static<typeof schema>;
