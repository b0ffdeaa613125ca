import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'postgres.sandbox',
  summary:
    'Starts a throwaway PostgreSQL server without a TCP port, of the same major version as its source.',
  effect: 'create',
  words: (args) => `start a throwaway server as ${shown(args, 'target')}`,
  references: (args) => ({ targets: [shown(args, 'target')] }),
  outputs: {
    fields: {
      id: 'string',
      system_identifier: 'string',
      version: 'string',
      engine: 'string',
      container: { nullable: 'string' },
    },
  },
  creates: (args) => [
    {
      type: 'postgres.sandbox',
      durability: 'ephemeral',
      words: `the throwaway server ${shown(args, 'target')}`,
    },
  ],
};
