import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { targetField } from '../../postgres/schema.js';

export const schema = Type.Object(
  { target: targetField },
  { additionalProperties: false, description: 'Which cluster and database this is, and who we are there.' },
);
export type Args = Static<typeof schema>;
