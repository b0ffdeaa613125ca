import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { queryField, statementFields, targetField } from '../../postgres/schema.js';

export const schema = Type.Object(
  { target: targetField, query: queryField, ...statementFields },
  {
    additionalProperties: false,
    description: 'Runs one statement in a read-only transaction that is rolled back.',
  },
);
export type Args = Static<typeof schema>;
