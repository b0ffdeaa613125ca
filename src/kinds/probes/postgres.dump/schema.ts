import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { artifactField } from '../../postgres/schema.js';
import { orExpression } from '../../schema.js';

export const schema = Type.Object(
  {
    artifact: artifactField,
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
