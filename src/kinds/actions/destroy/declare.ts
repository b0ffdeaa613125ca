import type { Value } from '../../../base/value.js';
import { isList } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';

const names = (args: Value): string =>
  isList(args) ? args.map((name) => (typeof name === 'string' ? name : '…')).join(', ') : '…';

export const declaration: ActionDeclaration = {
  name: 'destroy',
  summary: 'Destroys what this run created, by its `as` name, and proves it gone.',
  words: (args) => `destroys ${names(args)}`,
  effect: 'destroy',
  outputs: { fields: { destroyed: { list: 'string' } } },
};
