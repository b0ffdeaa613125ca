import type { ProbeDeclaration } from '../../declaration.js';
import { shown, shownList } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'postgres.rows',
  summary:
    'Counts and hashes every row of tables, and names each difference from what they are compared with.',
  words: (args) =>
    `rows of ${shownList(args, 'tables', 'the tables it is compared with')} in ${shown(args, 'target')}`,
  references: (args) => ({ targets: [shown(args, 'target')] }),
  observation: {
    fields: {
      tables: {
        list: {
          fields: {
            table: 'string',
            count: { nullable: 'int' },
            hash: { nullable: 'string' },
            expected_count: { nullable: 'int' },
            expected_hash: { nullable: 'string' },
            content: { nullable: 'string' },
          },
        },
      },
      total: 'int',
      differences: { list: 'string' },
      roles_missing: { list: 'string' },
      not_covered: { list: 'string' },
    },
  },
  inDryRun: true,
};
