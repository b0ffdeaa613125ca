import { isList } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';
import { argument, shown } from '../../words.js';

export const declaration: ActionDeclaration = {
  name: 'postgres.restore',
  summary: 'Decrypts a backup as a stream and restores it into a sandbox; every error is counted and judged.',
  programs: ['pg_restore', 'psql', 'gpg'],
  effect: 'change',
  words(args) {
    const rules = argument(args, 'allow_errors');
    const notes = isList(rules) ? rules.map((rule) => shown(rule, 'note')) : [];
    const allowed = notes.length === 0 ? '' : `; allows the errors of ${[...new Set(notes)].join(', ')}`;
    const artifact = argument(args, 'artifact');
    const backup = typeof artifact === 'string' ? artifact : 'a backup of this run';
    return `restore ${backup} into ${shown(args, 'target')}${allowed}`;
  },
  references: (args) => ({ targets: [shown(args, 'target')] }),
  outputs: {
    fields: {
      errors: 'int',
      allowed: {
        list: {
          fields: {
            note: 'string',
            role: { nullable: 'string' },
            schema: { nullable: 'string' },
            statement: 'string',
            count: 'int',
          },
        },
      },
      disallowed: { list: { fields: { sqlstate: 'string', message: 'string', statement: 'string' } } },
      exit_code: 'int',
      roles_missing: { list: 'string' },
      objects: 'int',
    },
  },
};
