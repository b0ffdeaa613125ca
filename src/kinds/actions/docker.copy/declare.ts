import type { ActionDeclaration } from '../../declaration.js';
import { madeBy } from '../../docker/references.js';
import { shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'docker.copy',
  summary: 'Copies a pinned file into a container of this run, and checks the copy.',
  programs: ['docker'],
  words: (args) =>
    `copies ${shown(args, 'file')} (sha256 ${shown(args, 'sha256').slice(0, 12)}…) into ${shown(args, 'to')} as ${shown(args, 'path')}`,
  effect: 'create',
  references: (args) => ({ made: madeBy(args, 'docker.container', 'to') }),
  outputs: { fields: { path: 'string', sha256: 'string', copied_sha256: 'string', size_bytes: 'int' } },
};
