import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'keep',
  summary: "Puts a file or folder, scanned for secrets, into the bundle's kept/.",
  words: (args) => `keeps ${shown(args, 'from')} in the bundle as kept/${shown(args, 'path')}`,
  effect: 'create',
  outputs: { fields: { path: 'string', files: 'int' } },
  creates: (args) => [{ type: 'kept-file', durability: 'kept', words: `kept/${shown(args, 'path')}` }],
};
