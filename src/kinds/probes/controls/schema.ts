import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {},
  {
    additionalProperties: false,
    description: 'The disable levels, as `gatebook status --json` prints them.',
  },
);
