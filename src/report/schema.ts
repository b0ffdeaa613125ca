import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { annotations } from './schema/annotations.js';
import { evidence, teardown } from './schema/evidence.js';
import { closed, nullable, text, words, list, json } from './schema/fields.js';
import { parts } from './schema/parts.js';
import { run } from './schema/run.js';
import { cause, command, gate } from './schema/work.js';

/** report.json: everything that report.md says, exactly. 64-bit identifiers are strings. */
export const schema = Type.Object(
  {
    schema: Type.Literal('gatebook/report@1', {
      description: 'Form of this file; a change that breaks readers gets another.',
    }),
    kb: Type.Object(
      {
        id: text('KB-3AD4'),
        revision: Type.Integer({ minimum: 1, description: 'Of the report.' }),
        title: text('Of the runbook, or the one its report bears.'),
        tags: list(Type.String(), 'Tags of the runbook.'),
        minutes_to_read: Type.Integer({ minimum: 1, description: 'Minutes, at 200 words each.' }),
      },
      { ...closed, description: 'What the report is called.' },
    ),
    run,
    verdict: words(['PASS', 'PARTIAL', 'FAIL', 'ABORTED', 'REFUSED', 'DRY-RUN'], 'Of the engine.'),
    cause: nullable(cause),
    later_causes: list(cause, 'What went wrong after the first cause.'),
    exit_code: Type.Integer({
      description: 'Exit code of the run: 0 passed, 1 failed, 5 something is left, 6 refused, 7 partial, …',
    }),
    teardown,
    commands: list(command, 'Every command of the plan, in order, teardown last.'),
    gates: list(gate, 'Every gate of the plan, in order; `command` says whose it is.'),
    boundaries: list(Type.String(), 'What is NOT here.'),
    conventions: list(Type.String(), 'How the runbook is written.'),
    ...parts,
    compensation: nullable(
      Type.Object(
        {
          kill_switch: Type.Boolean({ description: 'False where it could not be engaged.' }),
          scope: words(['production', 'rehearsal'], 'Which runs it refuses: all, or rehearsals only.'),
          recorded: list(json('A mutated id.'), 'What the runbook asked to have written down of the change.'),
          escalate: nullable(text('The slot whose signed statement releases the kill switch.')),
        },
        { ...closed, description: 'What followed a failure after a change on production.' },
      ),
    ),
    evidence,
    annotations: Type.Optional(annotations),
  },
  {
    title: 'Gatebook report',
    ...closed,
    description: 'report.json of a run: a pure function of its journal.',
  },
);

export type Report = Static<typeof schema>;
