import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'wait',
  summary: 'Waits for a while.',
  words: (args) => `waits ${shown(args, 'for')}`,
  effect: 'observe',
  outputs: { fields: {} },
};
