import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { engineName } from '../../docker/schema.js';

export const schema = Type.Object(
  { name: engineName('volume', 'dr-data-${{ run.id }}') },
  { additionalProperties: false, description: 'Makes an empty volume of this run.' },
);
export type Args = Static<typeof schema>;
