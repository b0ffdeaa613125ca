import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    artifact: orExpression(
      Type.Object(
        {
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the ciphertext.' }),
          artifact_ref: Type.String({
            minLength: 1,
            maxLength: 255,
            description: 'Its name in `run.artifacts`.',
          }),
        },
        {
          additionalProperties: true,
          description: 'The whole output of a `postgres.backup` of this run.',
          examples: ["${{ commands['C-02'].backup }}"],
        },
      ),
    ),
    schemas: Type.Optional(
      orExpression(
        Type.Array(Type.String({ minLength: 1, maxLength: 63 }), {
          minItems: 1,
          maxItems: 1000,
          description: 'Looks at objects of these schemas only.',
          examples: [['cutter_governance']],
        }),
      ),
    ),
  },
  { additionalProperties: false, description: 'What an encrypted dump defines, read without restoring it.' },
);
export type Args = Static<typeof schema>;
