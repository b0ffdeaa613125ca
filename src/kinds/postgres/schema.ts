import { Type } from '@sinclair/typebox';
import { orExpression } from '../schema.js';

/** Fields that the PostgreSQL kinds share. */
export const targetField = orExpression(
  Type.String({
    pattern: '^[a-z][a-z0-9_]*$',
    maxLength: 64,
    description: 'The target, by its name under `targets`.',
    examples: ['prod'],
  }),
);

/** A backup of this run. */
export const artifactField = orExpression(
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
);

export const namesField = (description: string, example: string) =>
  orExpression(
    Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      minItems: 1,
      maxItems: 10_000,
      uniqueItems: true,
      description,
      examples: [[example]],
    }),
  );

export const statementFields = {
  params: Type.Optional(
    orExpression(
      Type.Array(Type.Unknown(), {
        maxItems: 1000,
        description:
          'Values for $1, $2, …: bound, never spliced into the text. A list is an array, a map is JSON.',
        examples: [['decision_backlog_entry', 15]],
      }),
    ),
  ),
};

export const queryField = Type.String({
  minLength: 1,
  maxLength: 1_048_576,
  description: 'One SQL statement; values go through `params`.',
  examples: ['SELECT count(*) AS n FROM public.information_unit WHERE status = $1'],
});
