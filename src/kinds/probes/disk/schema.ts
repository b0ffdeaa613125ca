import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      maxLength: 4096,
      description:
        'A place on the file system that is meant; where it does not exist yet, its nearest parent counts.',
      examples: ['${{ run.artifacts }}'],
    }),
  },
  { additionalProperties: false, description: 'Free space on a file system.' },
);
export type Args = Static<typeof schema>;
