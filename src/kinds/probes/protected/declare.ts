import type { ProbeDeclaration } from '../../declaration.js';
import { shownList } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'protected',
  summary: 'Observes what the runbook declares as `protected`: containers, clusters, files.',
  words: (args) => `the protected ${shownList(args, 'only', 'containers, clusters and files')}`,
  observation: {
    fields: {
      containers: {
        list: { fields: { name: 'string', id: 'string', started_at: 'string', status: 'string' } },
      },
      clusters: { list: { fields: { target: 'string', system_identifier: 'string', started_at: 'string' } } },
      files: { list: { fields: { path: 'string', sha256: 'string' } } },
    },
  },
  inDryRun: true,
};
