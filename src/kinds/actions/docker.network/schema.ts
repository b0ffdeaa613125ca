import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { engineName } from '../../docker/schema.js';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    name: engineName('network', 'dr-net-${{ run.id }}'),
    internal: Type.Optional(
      orExpression(
        Type.Boolean({
          description:
            'Without a way out: its containers reach each other and nothing else. Default: true. A port can be published from a network with `internal: false` only.',
          examples: [false],
        }),
      ),
    ),
  },
  { additionalProperties: false, description: 'Makes a network of this run, for its containers alone.' },
);
export type Args = Static<typeof schema>;
