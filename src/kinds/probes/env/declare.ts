import type { ProbeDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'env',
  summary: 'Observes whether an environment variable is set, never its value.',
  words: (args) => `whether ${shown(args, 'name')} is set`,
  observation: { fields: { set: 'bool' } },
  inDryRun: true,
};
