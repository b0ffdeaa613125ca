import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    name: orExpression(
      Type.String({
        pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$',
        description: 'Name of the environment variable.',
        examples: ['BACKUP_GPG_FPR'],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Whether an environment variable is set; its value is never looked at.',
  },
);
export type Args = Static<typeof schema>;
