import type { ProbeDeclaration } from '../../declaration.js';

export const declaration: ProbeDeclaration = {
  name: 'controls',
  summary: 'Observes the disable levels of the state folder: which could be used now, which are engaged.',
  words: () => 'the disable levels',
  observation: {
    fields: {
      levels: {
        list: {
          fields: {
            level: 'int',
            name: 'string',
            command: { nullable: 'string' },
            effect: 'string',
            available: 'bool',
            engaged: 'bool',
            detail: 'string',
          },
        },
      },
    },
  },
  inDryRun: true,
};
