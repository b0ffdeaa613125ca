import type { ProbeDeclaration } from '../../declaration.js';
import { shown, shownList } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'postgres.catalog',
  summary: 'Observes which tables, views, functions and other objects exist.',
  words: (args) =>
    `${shownList(args, 'kinds', 'objects')} in ${shownList(args, 'schemas', 'every schema')} of ${shown(args, 'target')}`,
  references: (args) => ({ targets: [shown(args, 'target')] }),
  observation: {
    fields: {
      objects: { list: { fields: { kind: 'string', schema: 'string', name: 'string' } } },
      names: { list: 'string' },
    },
  },
  inDryRun: true,
};
