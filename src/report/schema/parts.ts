import { Type } from '@sinclair/typebox';
import { closed, nullable, text, words, list, json } from './fields.js';

const result = words(['PASS', 'PARTIAL', 'SKIPPED', 'NOT RUN', 'FAIL'], 'The worst of its gates.');

export const parts = {
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
