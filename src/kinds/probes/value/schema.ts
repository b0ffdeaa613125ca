import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Any({
  description: 'The value to observe: an expression, or a map or list of expressions.',
  examples: ["${{ commands['C-02'].backup }}"],
});
export type Args = Static<typeof schema>;
