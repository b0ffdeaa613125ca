import { Type } from '@sinclair/typebox';
import { closed, list, nullable, text } from './fields.js';

export const annotations = list(
  Type.Object(
    {
      number: Type.Integer({ minimum: 1, description: 'From 1, in order.' }),
      at: text('UTC, by the clock of who wrote it.'),
      who: text('In whose name.'),
      text: text('What they wrote.'),
      key: nullable(text('Fingerprint of the key that signed it; null: it is not signed.')),
    },
    closed,
  ),
  'Notes that were added after the seal; only in a revision above 1.',
);
