import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { closed, digest, list, milliseconds, nullable, text, words } from '../report/schema/fields.js';
import { comparison } from './schema/comparison.js';
import { touches } from './schema/touches.js';
import { command } from './schema/work.js';

const authorization = Type.Object(
  {
    required: Type.Boolean({ description: 'Whether somebody has to approve this very plan.' }),
    words: text('For people: the slots, or why none is required.'),
    slots: list(Type.String(), 'Who has to approve; empty where nobody has to.'),
    valid_for_ms: nullable(milliseconds('How long an approval holds.')),
  },
  closed,
);

const waiver = Type.Object(
  {
    code: text('The finding that is accepted.'),
    at: nullable(text('The command or gate at which; null: everywhere.')),
    reason: Type.String(),
    approver: Type.String(),
    until: text('The last day on which it holds, UTC.'),
  },
  closed,
);

const resource = Type.Object(
  {
    command: nullable(text('The command that makes or changes it; null: the run itself.')),
    does: words(['create', 'change', 'destroy'], 'What is done.'),
    type: nullable(
      text('postgres.sandbox, artifact, folder, …; null: what is declared, not known to the runner.'),
    ),
    name: nullable(text('Its `as` name.')),
    words: text('What it is.'),
    fate: words(
      ['destroyed', 'kept', 'stays', 'unknown'],
      '`stays`: a change that the teardown does not undo; `unknown`: the runner cannot see what a program leaves.',
    ),
    destroyed_by: nullable(text('The command that destroys it; null: the end of the run, or nothing.')),
  },
  closed,
);

const abort = Type.Object(
  {
    when: text('What may happen.'),
    gates: list(Type.String(), 'The gates that are meant; empty where it is not a gate.'),
    targets: list(Type.String(), 'Targets that are embargoed then.'),
    then: text('What happens then.'),
    verdict: nullable(text('What becomes of the verdict; null: nothing.')),
  },
  closed,
);

const refusal = Type.Object(
  { command: Type.String(), action: text('What is tried.'), refusal: text('How it must be refused.') },
  closed,
);

const leftOut = Type.Object({ lines: Type.Integer({ minimum: 1 }), bytes: Type.Integer() }, closed);

const fileText = Type.Object(
  {
    lines: list(Type.String(), 'At most 100 lines and 8,192 characters.'),
    left_out: nullable(leftOut),
  },
  { ...closed, description: 'The beginning of a script or SQL file that an action or a probe runs.' },
);

const file = Type.Object(
  {
    path: Type.String(),
    role: Type.String(),
    sha256: digest('64 hex digits'),
    text: nullable(fileText),
  },
  closed,
);

const warning = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    file: Type.String(),
    line: Type.Integer(),
    column: Type.Integer(),
  },
  closed,
);

const value = Type.Object({ name: Type.String(), value: text('For people.') }, closed);

/** review.json: everything that the other forms say. Nothing in it was observed. */
export const schema = Type.Object(
  {
    schema: Type.Literal('gatebook/review@1'),
    status: Type.Literal('NOTHING EXECUTED'),
    gatebook: text('Version of the runner.'),
    runbook: Type.Object(
      {
        id: Type.String(),
        title: Type.String(),
        revision: Type.Integer(),
        path: text('Relative to the project.'),
        sha256: digest('64 hex digits'),
        summary: nullable(Type.String()),
        tags: Type.Array(Type.String()),
      },
      closed,
    ),
    plan_digest: digest('sha256:… of the canonical plan: what an approval names.'),
    comparison: nullable(comparison),
    facts: list(value, 'As the author states them.'),
    params: list(value, 'By value; those from outside stand in `touches.outside`.'),
    authorization,
    waivers: list(waiver, 'Findings that a named person accepts.'),
    touches,
    resources: list(resource, 'What is created, changed and destroyed, in order.'),
    aborts: list(abort, 'What could go wrong, and what then happens.'),
    refusals: list(refusal, 'Refusals that are expected: the proof, not an abort.'),
    compensation: nullable(
      Type.Object(
        { kill_switch: Type.Boolean(), record: Type.Array(Type.String()), escalate: Type.String() },
        { ...closed, description: 'After a failure that follows a change on production.' },
      ),
    ),
    boundaries: list(Type.String(), 'What is NOT here.'),
    conventions: Type.Array(Type.String()),
    commands: list(command, 'In the order in which they run; the teardown last.'),
    files: list(file, 'Every file that decides what happens.'),
    warnings: list(warning, 'What `validate` warns of.'),
  },
  {
    title: 'Gatebook review',
    ...closed,
    description:
      'What a runbook would do and, with `--against`, what changed in meaning. Nothing was executed.',
  },
);

export type Review = Static<typeof schema>;
