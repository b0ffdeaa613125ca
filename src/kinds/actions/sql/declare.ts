import { isMap } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';
import { givenWords, oneLine, shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'sql',
  summary: 'Runs one SQL statement, or a pinned file; read-only unless the target is writable.',
  effect: (args, target) => {
    const name = shown(args, 'target');
    // Before params have their values, an expression may name one that can be changed.
    return name.includes('${{') || target(name)?.access === 'write' ? 'declared' : 'observe';
  },
  words: (args) => {
    const what =
      isMap(args) && Object.hasOwn(args, 'file')
        ? `file ${shown(args, 'file')}`
        : oneLine(shown(args, 'query'));
    const outside = isMap(args) && args['transaction'] === 'none' ? ', outside a transaction' : '';
    return `on ${shown(args, 'target')}${outside}: ${what}${givenWords(args)}`;
  },
  references: (args) => ({ targets: [shown(args, 'target')] }),
  outputs: { fields: { rows: { list: 'any' }, row_count: 'int', sqlstate: 'string' } },
};
