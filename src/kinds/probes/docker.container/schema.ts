import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'The exact name of the container, or its full id.',
      examples: ['postgres'],
    }),
  },
  {
    additionalProperties: false,
    description: 'A container, running or not. An engine that does not answer is an error, not an absence.',
  },
);
export type Args = Static<typeof schema>;
