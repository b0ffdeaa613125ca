import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'manual',
  summary:
    'A person does it and types the confirmation; without a terminal it fails, unless it was attested (`--attest`).',
  words: (args) => `a person does it and types “${shown(args, 'confirm')}”: ${shown(args, 'instructions')}`,
  effect: 'declared',
  outputs: { fields: { confirmed: 'bool' } },
};
