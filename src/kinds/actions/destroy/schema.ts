import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), {
  minItems: 1,
  maxItems: 100,
  description: 'Names (`as`) of what this run created. One that was never created passes.',
  examples: [['copy']],
});
export type Args = Static<typeof schema>;
