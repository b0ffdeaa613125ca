import type { ProbeDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'file',
  summary: 'Observes whether a file is there, what it is, its mode, owner, size and sha256.',
  words: (args) => `the file ${shown(args, 'path')}`,
  observation: {
    fields: {
      present: 'bool',
      type: { nullable: 'string' },
      mode: { nullable: 'string' },
      owner: { nullable: 'string' },
      size_bytes: { nullable: 'int' },
      sha256: { nullable: 'string' },
      git_tracked: { nullable: 'bool' },
    },
  },
  inDryRun: true,
};
