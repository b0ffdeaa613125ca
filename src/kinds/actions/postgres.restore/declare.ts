import type { Value } from '../../../base/value.js';
import { isMap } from '../../../base/value.js';
import type { ActionDeclaration } from '../../declaration.js';

const part = (args: Value, key: string): Value | undefined => (isMap(args) ? args[key] : undefined);
const text = (value: Value | undefined): string =>
  typeof value === 'string' ? value : 'a backup of this run';

export const declaration: ActionDeclaration = {
  name: 'postgres.restore',
  summary: 'Decrypts a backup as a stream and restores it into a sandbox; every error is counted and judged.',
  effect: 'change',
  words(args) {
    const rules = part(args, 'allow_errors');
    const notes = Array.isArray(rules) ? rules.map((r) => text(part(r as Value, 'note'))) : [];
    const allowed = notes.length === 0 ? '' : `; allows the errors of ${[...new Set(notes)].join(', ')}`;
    return `restore ${text(part(args, 'artifact'))} into ${text(part(args, 'target'))}${allowed}`;
  },
  references: (args) => ({ targets: [text(part(args, 'target'))] }),
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
