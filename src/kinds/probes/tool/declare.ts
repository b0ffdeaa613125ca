import type { ProbeDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'tool',
  summary: 'Observes whether a program is there, where, and which version.',
  words: (args) => `the program ${shown(args, 'name')}`,
  observation: {
    fields: {
      present: 'bool',
      path: { nullable: 'string' },
      version: { nullable: { fields: { text: 'string', major: 'int', minor: { nullable: 'int' } } } },
    },
  },
  inDryRun: true,
};
