import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { evidence, teardown } from './schema/evidence.js';
import { closed, nullable, text, words, list, json } from './schema/fields.js';
import { parts } from './schema/parts.js';
import { run } from './schema/run.js';
import { cause, command, gate } from './schema/work.js';

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
