import { Type } from '@sinclair/typebox';
import { closed, list, nullable, text, words } from '../../report/schema/fields.js';

const target = Type.Object(
  {
    name: Type.String(),
    production: Type.Boolean(),
    access: words(['read', 'write'], 'What its sessions may do.'),
    reached: text('How the server is reached, for people.'),
    identity: list(Type.String(), 'What every session is asked before its first statement.'),
    superuser: nullable(text('Why a superuser is accepted there.')),
    stand_in: nullable(text('What takes its place in a rehearsal.')),
    used_by: list(Type.String(), 'Commands that name it.'),
  },
  closed,
);

const key = Type.Object(
  {
    name: Type.String(),
    from: text('Whose key it is, for people.'),
    used_by: list(Type.String(), 'Commands that name it.'),
  },
  closed,
);

const outside = Type.Object(
  {
    kind: words(['env', 'file'], 'Where it is looked up.'),
    name: text('Of the environment variable, or the path.'),
    gives: list(Type.String(), 'What it gives: targets.prod.postgres.url'),
    secret: Type.Boolean({ description: 'Whether it is redacted wherever it could be shown.' }),
  },
  closed,
);

const kept = Type.Object(
  { kind: words(['container', 'cluster', 'file'], 'What it is.'), name: Type.String() },
  closed,
);

export const touches = Type.Object(
  {
    targets: Type.Array(target),
    keys: Type.Array(key),
    outside: list(outside, 'Names outside the runbook whose values it takes. No value was looked up.'),
    protected: list(kept, 'What must be the same before and after.'),
  },
  closed,
);
