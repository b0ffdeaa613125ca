import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { madeHere } from '../../docker/schema.js';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    to: madeHere('The `as` name of a docker.container of this run.', 'harness'),
    file: Type.String({
      minLength: 1,
      maxLength: 4096,
      description:
        'A file of the project, which becomes a part of the plan; or an expression for one that this run made.',
      examples: ['scripts/harness.py'],
    }),
    sha256: orExpression(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'What the file must be, and what must arrive.',
      }),
    ),
    path: Type.String({
      minLength: 2,
      maxLength: 4096,
      description: 'Where it stands inside: absolute, in a folder that is there. Nothing is written over.',
      examples: ['/srv/harness.py'],
    }),
    mode: Type.Optional(
      orExpression(
        Type.String({
          pattern: '^0[0-7]{3}$',
          description: 'Octal permissions; it belongs to root. Default: "0644".',
          examples: ['0755'],
        }),
      ),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Copies a file into a container of this run; its sha256 is checked before, and of the copy inside.',
  },
);
export type Args = Static<typeof schema>;
