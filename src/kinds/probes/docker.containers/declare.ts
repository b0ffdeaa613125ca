import { field, isMap } from '../../../base/value.js';
import type { ProbeDeclaration } from '../../declaration.js';
import { containerShape } from '../../docker/observe.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'docker.containers',
  summary: 'Observes the containers that bear a name or a label.',
  programs: ['docker'],
  words: (args) =>
    isMap(args) && field(args, 'label') !== undefined
      ? `the containers with the label ${shown(args, 'label')}`
      : `the containers called ${shown(args, 'name')}`,
  observation: { fields: { count: 'int', containers: { list: containerShape } } },
  inDryRun: true,
};
