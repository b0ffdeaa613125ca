import type { ProbeDeclaration } from '../../declaration.js';
import { shown, shownList } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'postgres.privileges',
  summary: 'Observes every privilege that is held, exploded: one row for each grantee and privilege.',
  words: (args) =>
    `privileges of ${shownList(args, 'roles', 'every role')} in ${shownList(args, 'schemas', 'every schema')} of ${shown(args, 'target')}`,
  references: (args) => ({ targets: [shown(args, 'target')] }),
  observation: {
    fields: {
      privileges: {
        list: {
          fields: {
            kind: 'string',
            schema: { nullable: 'string' },
            object: 'string',
            column: { nullable: 'string' },
            grantee: 'string',
            privilege: 'string',
            grant_option: 'bool',
          },
        },
      },
    },
  },
  inDryRun: true,
};
