import { Type } from '@sinclair/typebox';
import { closed, nullable, text, words, list, json, milliseconds } from './fields.js';

export const cause = Type.Object(
  {
    kind: text('What it was: gate, action, timeout, signal, kill_switch, environment, control, …'),
    code: text('Stable code, for `gatebook explain`.'),
    command: nullable(text('The command in which it happened.')),
    gate: nullable(text('The gate that did not hold.')),
    message: text('What happened, in words.'),
    next: Type.Optional(text('What to do next.')),
    signal: Type.Optional(Type.Integer({ description: 'Number of the signal.' })),
  },
  { ...closed, description: 'A thing that went wrong.' },
);

const action = Type.Object(
  {
    kind: text('postgres.backup, exec, …'),
    words: text('What it does, for people.'),
    effect: words(['observe', 'create', 'change', 'destroy'], 'What it does to the world.'),
    as: nullable(text('Name of its outputs.')),
    state: words(
      ['passed', 'failed', 'cancelled', 'skipped', 'unknown', 'not_run'],
      'How it ended; `unknown`: it was started and its end was not recorded.',
    ),
    result: nullable(text('What it says of its result.')),
    problem: nullable(
      Type.Object(
        {
          code: text('Stable code.'),
          message: text('What happened, in words.'),
          sqlstate: Type.Optional(text('Of PostgreSQL, five characters.')),
        },
        { ...closed, description: 'Why it could not be carried out.' },
      ),
    ),
    duration_ms: nullable(milliseconds('How long it took.')),
  },
  closed,
);

export const command = Type.Object(
  {
    id: text('C-01'),
    title: text('Its title.'),
    why: nullable(text('Why it is there.')),
    effect: words(['observe', 'create', 'change', 'destroy'], 'The strongest effect of its actions.'),
    teardown: Type.Boolean({ description: 'Whether it is part of the teardown.' }),
    state: words(
      ['passed', 'failed', 'error', 'cancelled', 'skipped', 'not_run', 'unknown'],
      'How the command ended.',
    ),
    reason: nullable(text('Why it was skipped or cancelled.')),
    started_at: nullable(text('UTC; null where it never started.')),
    duration_ms: nullable(milliseconds('How long it took.')),
    gates: list(Type.String(), 'Ids of its gates, in order.'),
    actions: list(action, 'Its actions, in order.'),
    outputs: Type.Record(Type.String(), json('An output.'), { description: 'Outputs by their `as` name.' }),
  },
  closed,
);

export const gate = Type.Object(
  {
    id: text('G-01'),
    title: text('Its title.'),
    command: text('C-01'),
    phase: words(['guard', 'expectation', 'teardown'], 'When it is evaluated.'),
    state: words(
      ['passed', 'failed', 'error', 'noted', 'recorded', 'cancelled', 'skipped', 'not_evaluated'],
      '`error`: the probe could not be carried out.',
    ),
    on_fail: words(['abort', 'hard-abort', 'fail', 'record', 'note'], 'What happens when it does not hold.'),
    probe: text('Kind of the probe.'),
    probe_words: text('What is looked at.'),
    why: nullable(text('Why it matters.')),
    expected: json('Evaluated operands, by path.'),
    expected_words: list(Type.String(), 'What was expected, for people.'),
    observed: json('What was observed; null where nothing was.'),
    observed_words: nullable(text('What was observed, for people.')),
    difference: nullable(
      Type.Object(
        { words: list(Type.String(), 'A line each, for people.'), detail: Type.Optional(json('In full.')) },
        { ...closed, description: 'Between expected and observed; null where it held.' },
      ),
    ),
    reason: nullable(text('Why it was skipped, not evaluated, or could not be carried out.')),
    duration_ms: milliseconds('Of all attempts together; 0 where it was not evaluated.'),
    attempts: Type.Integer({ minimum: 0, description: '0 where it was not evaluated.' }),
  },
  closed,
);
