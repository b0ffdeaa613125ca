import { Type } from '@sinclair/typebox';
import { closed, list, milliseconds, nullable, text, words } from '../../report/schema/fields.js';

const effect = ['observe', 'create', 'change', 'destroy'] as const;

const detail = Type.Object(
  {
    name: Type.String(),
    lines: list(Type.String(), 'Of a text its lines, of a list its items, of a map its entries.'),
    one_text: Type.Boolean({ description: 'Whether the lines are one text.' }),
  },
  closed,
);

const gate = Type.Object(
  {
    id: text('G-01'),
    title: Type.String(),
    phase: words(['guard', 'expectation', 'teardown'], 'When it is evaluated.'),
    probe: text('Kind of the probe.'),
    looks_at: text('What is looked at, for people.'),
    expects: list(Type.String(), 'What is compared, for people; all must hold.'),
    on_fail: words(['abort', 'hard-abort', 'fail', 'record', 'note'], 'What happens when it does not hold.'),
    condition: nullable(text('It is evaluated only if this holds.')),
    attempts: Type.Integer({ minimum: 1 }),
    timeout_ms: milliseconds('Of one attempt.'),
    why: nullable(Type.String()),
    uses: nullable(text('The library gate that it is.')),
    details: list(detail, 'The arguments of its probe and the lists that it compares with, whole.'),
  },
  closed,
);

const action = Type.Object(
  {
    kind: text('postgres.backup, exec, …'),
    words: text('What it does, for people.'),
    effect: words(effect, 'What it does to the world.'),
    as: nullable(text('Name of its outputs.')),
    condition: nullable(text('It runs only if this holds.')),
    refusal: nullable(text('The refusal that is expected of it.')),
    details: list(detail, 'Its arguments, whole.'),
  },
  closed,
);

export const command = Type.Object(
  {
    id: text('C-01'),
    title: Type.String(),
    why: nullable(Type.String()),
    effect: words(effect, 'The strongest effect of its actions.'),
    teardown: Type.Boolean(),
    condition: nullable(text('It runs only if this holds.')),
    timeout_ms: milliseconds('Of the whole command.'),
    rehearse: Type.Boolean({ description: 'Whether its programs run in a rehearsal too.' }),
    guards: Type.Array(gate),
    actions: Type.Array(action),
    expectations: Type.Array(gate),
  },
  closed,
);
