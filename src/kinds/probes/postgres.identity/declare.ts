import type { ProbeDeclaration } from '../../declaration.js';
import { shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'postgres.identity',
  summary: 'Observes which cluster and database answers, since when it runs, and as whom we are there.',
  words: (args) => `identity of ${shown(args, 'target')}`,
  references: (args) => ({ targets: [shown(args, 'target')] }),
  observation: {
    fields: {
      system_identifier: 'string',
      database: 'string',
      server_version: { fields: { text: 'string', major: 'int', minor: 'int' } },
      started_at: 'string',
      role: 'string',
      superuser: 'bool',
      in_recovery: 'bool',
      timeline: 'int',
      session_read_only: 'bool',
    },
  },
  inDryRun: true,
};
