import { field, isMap } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'docker.network',
  summary: 'Makes a network for the containers of this run.',
  programs: ['docker'],
  words: (args) =>
    `makes the network ${shown(args, 'name')}${isMap(args) && field(args, 'internal') === false ? ', with a way out' : ''}`,
  effect: 'create',
  outputs: { fields: { id: 'string', name: 'string' } },
  creates: (args) => [
    { type: 'docker.network', durability: 'ephemeral', words: `the network ${shown(args, 'name')}` },
  ],
};
