import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'write_file',
  summary: 'Writes a new file, never through a symbolic link, never over what exists.',
  words: (args) => `writes ${shown(args, 'path')}`,
  effect: 'create',
  outputs: { fields: { path: 'string', sha256: 'string', size_bytes: 'int' } },
  creates: (args) => [{ type: 'file', durability: 'ephemeral', words: shown(args, 'path') }],
};
