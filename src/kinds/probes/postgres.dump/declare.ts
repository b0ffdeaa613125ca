import type { Value } from '../../../base/value.js';
import { isMap } from '../../../base/value.js';
import type { ProbeDeclaration } from '../../declaration.js';

const artifactOf = (args: Value): string => {
  const artifact = isMap(args) ? args['artifact'] : undefined;
  return typeof artifact === 'string' ? artifact : 'a backup of this run';
};

export const declaration: ProbeDeclaration = {
  name: 'postgres.dump',
  summary: 'Tables, views and role references of an encrypted dump, read as a stream.',
  programs: ['pg_restore', 'gpg'],
  words: (args) => `what the dump ${artifactOf(args)} defines`,
  observation: {
    fields: {
      tables: { list: 'string' },
      views: { list: 'string' },
      role_references: { map: { map: 'int' } },
    },
  },
  inDryRun: false,
};
