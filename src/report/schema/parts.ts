import { Type } from '@sinclair/typebox';
import { closed, nullable, text, words, list, json } from './fields.js';

const result = words(['PASS', 'PARTIAL', 'SKIPPED', 'NOT RUN', 'FAIL'], 'The worst of its gates.');

const evidence = text(
  'What was seen: of gates that held by the author, of those that did not by the gates; empty where nobody looked.',
);

export const parts = {
  facts: list(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), 'Name and value, in order.'),
  checks: list(
    Type.Object(
      {
        number: Type.Integer({ minimum: 1, description: 'From 1, in order.' }),
        title: text('What was to be checked.'),
        result,
        gates: list(Type.String(), 'Ids of its gates; of a loop without the iteration.'),
        evidence,
      },
      closed,
    ),
    'The numbered checks.',
  ),
  readiness: list(
    Type.Object(
      {
        component: text('What has to be ready.'),
        state: text('In words of the runbook (READY, MISSING); `result` is the fixed one.'),
        result,
        gate: text('Id of its gate.'),
        evidence,
      },
      closed,
    ),
    'The readiness matrix.',
  ),
  tables: list(
    Type.Object(
      {
        title: text('Title of its section.'),
        columns: list(Type.String(), 'Headings, in order.'),
        rows: list(Type.Array(json('A cell.')), 'A cell for each column.'),
        total: nullable(
          list(json('A cell.'), 'A cell for each column, null where it has no sum; null: no total.'),
        ),
      },
      closed,
    ),
    'Row matrices.',
  ),
  notes: list(
    Type.Object(
      {
        id: text('N-1'),
        title: text('Its heading.'),
        text: text('Values of the run are in it.'),
        disposition: nullable(text('What it means for the verdict.')),
      },
      closed,
    ),
    'What a reader should know and what it means.',
  ),
  gaps: list(
    Type.Object(
      {
        id: text('GAP-3'),
        title: text('What was missing.'),
        state: words(
          ['CLOSED', 'OPEN', 'NOT RUN'],
          'Closed by gates that held; NOT RUN where a dry run could not look.',
        ),
        closed_by: list(Type.String(), 'Ids of the gates that close it.'),
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
