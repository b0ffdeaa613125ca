import type { ActionDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'docker.volume',
  summary: 'Makes an empty volume for the containers of this run.',
  programs: ['docker'],
  words: (args) => `makes the volume ${shown(args, 'name')}`,
  effect: 'create',
  outputs: { fields: { id: 'string', name: 'string' } },
  creates: (args) => [
    { type: 'docker.volume', durability: 'ephemeral', words: `the volume ${shown(args, 'name')}` },
  ],
};
