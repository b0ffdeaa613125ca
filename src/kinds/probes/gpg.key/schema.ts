import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';

export const schema = Type.Object(
  { key: Type.String({ description: 'A key, by its name under `keys`.', examples: ['backup'] }) },
  {
    additionalProperties: false,
    description: 'Looks at a declared GnuPG key; it is never a name or an e-mail.',
  },
);
export type Args = Static<typeof schema>;
