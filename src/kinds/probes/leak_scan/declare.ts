import { field, isList, isMap } from '../../../base/value.js';
import type { ProbeDeclaration } from '../../declaration.js';

export const declaration: ProbeDeclaration = {
  name: 'leak_scan',
  summary: 'Looks for secrets in files; reports file, line and kind, never the value.',
  words: (args) => {
    const paths = isMap(args) ? field(args, 'paths') : undefined;
    return `secrets in ${isList(paths) ? paths.join(', ') : String(paths ?? '…')}`;
  },
  observation: {
    fields: {
      hits: { list: { fields: { file: 'string', line: 'int', kind: 'string' } } },
      files_scanned: 'int',
    },
  },
  inDryRun: true,
};
