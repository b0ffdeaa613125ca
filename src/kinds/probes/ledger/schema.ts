import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {},
  {
    additionalProperties: false,
    description: 'What the actions of this run have made, and what of it is left.',
  },
);
