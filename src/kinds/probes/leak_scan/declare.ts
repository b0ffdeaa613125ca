import { isList } from '../../../base/value.js';
import type { ProbeDeclaration } from '../../declaration.js';
import { argument, shown } from '../../words.js';

export const declaration: ProbeDeclaration = {
  name: 'leak_scan',
  summary: 'Looks for secrets in files; reports file, line and kind, never the value.',
  words: (args) => {
    const paths = argument(args, 'paths');
    return `secrets in ${isList(paths) ? paths.map((p) => (typeof p === 'string' ? p : '…')).join(', ') : shown(args, 'paths')}`;
  },
  observation: {
    fields: {
      hits: { list: { fields: { file: 'string', line: 'int', kind: 'string' } } },
      files_scanned: 'int',
    },
  },
  inDryRun: true,
};
