import { Type } from '@sinclair/typebox';
import type { Static, TSchema } from '@sinclair/typebox';
import type { Json } from '../base/value.js';

const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const text = (description: string) => Type.String({ description });
const words = <const T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
const list = <T extends TSchema>(items: T, description: string) => Type.Array(items, { description });
const json = (description: string) => Type.Unsafe<Json>({ description });
const digest = (description: string) => Type.String({ description });
const milliseconds = (description: string) => Type.Number({ description, minimum: 0 });

const cause = Type.Object(
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
        { code: Type.String(), message: Type.String(), sqlstate: Type.Optional(Type.String()) },
        { ...closed, description: 'Why it could not be carried out.' },
      ),
    ),
    duration_ms: nullable(milliseconds('How long it took.')),
  },
  closed,
);

const command = Type.Object(
  {
    id: text('C-01'),
    title: Type.String(),
    why: nullable(Type.String()),
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

const gate = Type.Object(
  {
    id: text('G-01'),
    title: Type.String(),
    command: text('C-01'),
    phase: words(['guard', 'expectation', 'teardown'], 'When it is evaluated.'),
    state: words(
      ['passed', 'failed', 'error', 'noted', 'recorded', 'cancelled', 'skipped', 'not_evaluated'],
      '`error`: the probe could not be carried out.',
    ),
    on_fail: words(['abort', 'hard-abort', 'fail', 'record', 'note'], 'What happens when it does not hold.'),
    probe: text('Kind of the probe.'),
    probe_words: text('What is looked at.'),
    why: nullable(Type.String()),
    expected: json('Evaluated operands, by path.'),
    expected_words: list(Type.String(), 'What was expected, for people.'),
    observed: json('What was observed; null where nothing was.'),
    observed_words: nullable(Type.String()),
    difference: nullable(
      Type.Object({ words: Type.Array(Type.String()), detail: Type.Optional(json('In full.')) }, closed),
    ),
    reason: nullable(text('Why it was skipped, not evaluated, or could not be carried out.')),
    duration_ms: milliseconds('All attempts.'),
    attempts: Type.Integer({ minimum: 0 }),
  },
  closed,
);

const result = words(['PASS', 'PARTIAL', 'SKIPPED', 'NOT RUN', 'FAIL'], 'The worst of its gates.');

const parts = {
  facts: list(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), 'Name and value, in order.'),
  checks: list(
    Type.Object(
      {
        number: Type.Integer({ minimum: 1 }),
        title: Type.String(),
        result,
        gates: Type.Array(Type.String()),
        evidence: Type.String(),
      },
      closed,
    ),
    'The numbered checks.',
  ),
  readiness: list(
    Type.Object(
      {
        component: Type.String(),
        state: Type.String(),
        result,
        gate: Type.String(),
        evidence: Type.String(),
      },
      closed,
    ),
    'The readiness matrix.',
  ),
  tables: list(
    Type.Object(
      {
        title: Type.String(),
        columns: Type.Array(Type.String()),
        rows: Type.Array(Type.Array(json('A cell.'))),
        total: nullable(Type.Array(json('A cell.'))),
      },
      closed,
    ),
    'Row matrices.',
  ),
  notes: list(
    Type.Object(
      { id: Type.String(), title: Type.String(), text: Type.String(), disposition: nullable(Type.String()) },
      closed,
    ),
    'What a reader should know and what it means.',
  ),
  gaps: list(
    Type.Object(
      {
        id: Type.String(),
        title: Type.String(),
        state: words(['CLOSED', 'OPEN'], 'Closed by gates that held.'),
        closed_by: Type.Array(Type.String()),
      },
      closed,
    ),
    'Known gaps.',
  ),
  operator_package: nullable(text('Markdown for the operator, never executed.')),
  verdict_lines: Type.Record(Type.String(), Type.String(), {
    description: 'The closing block, in order; the last line is the verdict of the engine.',
  }),
};

const run = Type.Object(
  {
    id: Type.String(),
    runbook: text('Id of the runbook.'),
    runbook_title: Type.String(),
    runbook_revision: Type.Integer(),
    runbook_path: Type.String(),
    runbook_sha256: digest('sha256 of the runbook as it ran.'),
    summary: nullable(Type.String()),
    plan_digest: digest('sha256:… of plan.json'),
    binding_digest: digest('sha256:… of binding.json'),
    mode: words(
      ['live', 'rehearsal', 'dry-run'],
      'A rehearsal runs on stand-ins; in a dry run only probes run.',
    ),
    started_at: text('UTC'),
    ended_at: text('UTC'),
    duration_ms: milliseconds('How long the run took.'),
    host: Type.String(),
    operator: Type.String(),
    containment: text('What keeps a child from outliving the runner.'),
    gatebook: text('Version of the runner.'),
    renderer: Type.Integer({ description: 'Version of the form of this report.' }),
    authorization: Type.String(),
    params: json('Params by value.'),
    approvals: list(json('An approval.'), 'What authorized it.'),
    recovered: list(
      Type.Object({ at: Type.String(), operator: Type.String(), host: Type.String() }, closed),
      'Who finished a run that had been cut off.',
    ),
  },
  closed,
);

const teardown = Type.Object(
  {
    status: words(['clean', 'incomplete', 'not_needed'], 'Speaks of resources only.'),
    reason: nullable(text('Why teardown began.')),
    embargoed: list(Type.String(), 'Targets that a hard abort closed.'),
    resources: list(
      Type.Object(
        {
          name: Type.String(),
          type: Type.String(),
          id: Type.String(),
          state: words(['intended', 'created', 'destroyed', 'kept', 'leaked'], 'Where it ended.'),
          durability: words(['ephemeral', 'kept'], 'Whether it was meant to stay.'),
          command: nullable(Type.String()),
          evidence: nullable(text('The proof that it is gone, or why it is not.')),
        },
        closed,
      ),
      'Everything that the run made, in order.',
    ),
  },
  closed,
);

const evidence = Type.Object(
  {
    journal_head: digest('sha256 of the last line of the journal.'),
    journal_records: Type.Integer({ minimum: 1 }),
    artifacts: list(
      Type.Object(
        {
          ref: Type.String(),
          sha256: Type.String(),
          size_bytes: Type.Unsafe<number | string>({ type: ['integer', 'string'] }),
          recipient: nullable(Type.String()),
          command: Type.String(),
        },
        closed,
      ),
      'Artifacts that the run published; they are not in the bundle.',
    ),
    files: list(
      Type.Object({ path: Type.String(), role: Type.String(), sha256: Type.String() }, closed),
      'Everything that was read as source.',
    ),
    leak_scan: nullable(
      Type.Object(
        {
          files: Type.Integer(),
          hits: Type.Array(
            Type.Object({ file: Type.String(), line: Type.Integer(), kind: Type.String() }, closed),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** report.json: everything that report.md says, exactly. 64-bit identifiers are strings. */
export const schema = Type.Object(
  {
    schema: Type.Literal('gatebook/report@1'),
    kb: Type.Object(
      {
        id: text('KB-3AD4'),
        revision: Type.Integer({ minimum: 1, description: 'Of the report.' }),
        title: Type.String(),
        tags: Type.Array(Type.String()),
        minutes_to_read: Type.Integer({ minimum: 1 }),
      },
      closed,
    ),
    run,
    verdict: words(['PASS', 'PARTIAL', 'FAIL', 'ABORTED', 'REFUSED', 'DRY-RUN'], 'Of the engine.'),
    cause: nullable(cause),
    later_causes: list(cause, 'What went wrong after the first cause.'),
    exit_code: Type.Integer(),
    teardown,
    commands: Type.Array(command),
    gates: Type.Array(gate),
    boundaries: list(Type.String(), 'What is NOT here.'),
    conventions: Type.Array(Type.String()),
    ...parts,
    compensation: nullable(
      Type.Object(
        {
          kill_switch: Type.Boolean(),
          recorded: Type.Array(json('A mutated id.')),
          escalate: nullable(Type.String()),
        },
        closed,
      ),
    ),
    evidence,
  },
  {
    title: 'Gatebook report',
    ...closed,
    description: 'report.json of a run: a pure function of its journal.',
  },
);

export type Report = Static<typeof schema>;
