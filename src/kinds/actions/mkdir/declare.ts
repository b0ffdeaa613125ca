import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'mkdir',
  summary: 'Makes a private folder, never through a symbolic link, never over what exists.',
  words: (args) => `makes the folder ${shown(args, 'path')}`,
  effect: 'create',
  outputs: { fields: { path: 'string' } },
  creates: (args) => [{ type: 'folder', durability: 'ephemeral', words: shown(args, 'path') }],
};
