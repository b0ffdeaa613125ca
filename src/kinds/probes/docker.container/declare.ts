import type { ProbeDeclaration } from '../../declaration.js';
import { presenceShape } from '../../docker/observe.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'docker.container',
  summary:
    'Observes a container: whether it is there, since when, of which image, with which ports and mounts.',
  programs: ['docker'],
  words: (args) => `the container ${shown(args, 'name')}`,
  observation: presenceShape,
  inDryRun: true,
};
