import type { ProbeDeclaration } from '../../declaration.js';

export const declaration: ProbeDeclaration = {
  name: 'value',
  summary: 'Observes the value of an expression: an output, another gate, a param.',
  words: (args) => (typeof args === 'string' ? `the value of ${args}` : 'values that the run knows'),
  observation: 'any',
  inDryRun: true,
};
