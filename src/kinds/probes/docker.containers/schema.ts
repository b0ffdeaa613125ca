import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'The exact name of a container: there is one of it, or none.',
        examples: ['pg-dry-run'],
      }),
    ),
    label: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'A label that they bear: `key` or `key=value`.',
        examples: ['gatebook.run=${{ run.id }}'],
      }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    description: 'The containers with a name or a label, running or not, sorted by name.',
  },
);
export type Args = Static<typeof schema>;
