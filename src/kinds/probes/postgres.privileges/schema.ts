import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { namesField, targetField } from '../../postgres/schema.js';

export const schema = Type.Object(
  {
    target: targetField,
    roles: Type.Optional(
      namesField('Only what these roles were granted; `PUBLIC` is everyone. Each must exist.', 'cutter_exec'),
    ),
    schemas: Type.Optional(
      namesField('Only objects in these schemas. Each must exist.', 'cutter_governance'),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 2,
    description: 'Who holds which privilege, one row each, defaults spelt out. Name roles, schemas or both.',
  },
);
export type Args = Static<typeof schema>;
