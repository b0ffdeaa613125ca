import type { ProbeDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'disk',
  summary: 'Observes the free space (for who is not root) and inodes of a file system.',
  words: (args) => `free space at ${shown(args, 'path')}`,
  observation: { fields: { free_bytes: 'int', total_bytes: 'int', free_inodes: 'int' } },
  inDryRun: true,
};
