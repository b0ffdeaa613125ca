import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { queryField, statementFields, targetField } from '../../postgres/schema.js';

export const schema = Type.Object(
  {
    target: targetField,
    query: Type.Optional(queryField),
    file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description:
          'A file of SQL, relative to the project. On a writable target that isn’t production it may hold many statements, run as one transaction.',
        examples: ['runbooks/sql/roles-matrix.sql'],
      }),
    ),
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Pins the file: any other content is refused.' }),
    ),
    ...statementFields,
    transaction: Type.Optional(
      Type.Literal('none', {
        description:
          'Sends one statement outside any transaction, on a writable target: CREATE INDEX CONCURRENTLY, VACUUM, a procedure that commits. What it did before a failure stays.',
      }),
    ),
    settings: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.]{0,126}$' }),
        Type.String({ maxLength: 65_536 }),
        {
          description:
            'Settings of the session (`set_config`), set before the statement. Secrets may stand here.',
          examples: [{ 'app.password': '${{ secrets.cutter_exec }}' }],
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'Runs one statement, or a pinned file. Give `query`, or `file` with `sha256`.',
  },
);
export type Args = Static<typeof schema>;
