import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { artifactField } from '../../postgres/schema.js';
import { orExpression } from '../../schema.js';

const names = (description: string, examples: readonly string[]) =>
  Type.Optional(
    orExpression(
      Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
        minItems: 1,
        maxItems: 1000,
        description,
        examples: [examples],
      }),
    ),
  );
const conditions = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        role: names('Roles that the error’s message says do not exist.', ['directus']),
        schema: names('Schemas of the statement’s object.', ['cutter_governance']),
        statement: names('Kinds of statement.', ['GRANT', 'REVOKE', 'ALTER OWNER', 'CREATE TABLE', 'COPY']),
      },
      { additionalProperties: false, minProperties: 1, description },
    ),
  );

export const schema = Type.Object(
  {
    artifact: artifactField,
    target: Type.String({ description: 'A sandbox; anything else is refused.', examples: ['copy'] }),
    jobs: Type.Optional(
      orExpression(
        Type.Integer({
          minimum: 1,
          maximum: 16,
          default: 2,
          description: 'How many connections build indexes and keys side by side. Rows are loaded by one.',
        }),
      ),
    ),
    roles: Type.Optional(
      Type.Union([Type.Literal('stub'), Type.Literal('none')], {
        default: 'stub',
        description:
          '`stub`: roles of the source that the sandbox lacks are made first (NOLOGIN), so that owners and privileges are restored. `none`: they stay missing.',
      }),
    ),
    allow_errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            note: Type.String({
              pattern: '^N-[0-9]{1,3}$',
              description: 'The note of the report that explains it.',
              examples: ['N-1'],
            }),
            why: Type.String({ minLength: 1, maxLength: 500, description: 'One line for the reviewer.' }),
            sqlstate: Type.String({
              pattern: '^[0-9A-Z]{5}$',
              description: 'PostgreSQL’s code of the error (Appendix A of its manual).',
              examples: ['42704'],
            }),
            only: conditions('All of these must hold.'),
            never: conditions('None of these may hold; a schema counts wherever the statement mentions it.'),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 100,
          description: 'Errors that are expected, counted under their note. Any other fails the action.',
        },
      ),
    ),
  },
  { additionalProperties: false, description: 'Restores a backup of this run into a throwaway server.' },
);
export type Args = Static<typeof schema>;
