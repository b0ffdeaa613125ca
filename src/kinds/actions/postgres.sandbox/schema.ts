import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { targetField } from '../../postgres/schema.js';

export const schema = Type.Object(
  {
    target: { ...targetField, description: 'A target that is declared as a `sandbox`.', examples: ['copy'] },
  },
  {
    additionalProperties: false,
    description: 'Starts the throwaway server of a target, without a TCP port.',
  },
);
export type Args = Static<typeof schema>;
