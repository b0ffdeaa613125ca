import type { ProbeDeclaration } from '../../declaration.js';

const resources = { list: { fields: { name: 'string', type: 'string', state: 'string' } } } as const;

export const declaration: ProbeDeclaration = {
  name: 'ledger',
  summary: 'Observes what the actions of this run have made (`created`) and what of it is left (`left`).',
  words: () => 'what this run has made and not destroyed',
  observation: { fields: { created: resources, left: resources } },
  inDryRun: false,
};
