import type { ProbeDeclaration } from '../../declaration.js';
import { givenWords, oneLine, shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'sql',
  summary: 'Observes the rows of one statement, run in a read-only transaction.',
  words: (args) => `on ${shown(args, 'target')}: ${oneLine(shown(args, 'query'))}${givenWords(args)}`,
  references: (args) => ({ targets: [shown(args, 'target')] }),
  observation: { fields: { rows: { list: 'any' }, row_count: 'int' } },
  inDryRun: true,
};
