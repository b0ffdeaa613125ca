import { Type } from '@sinclair/typebox';
import { closed, list, nullable, text, words } from '../../report/schema/fields.js';
import { changeKinds, weights } from '../compare/change.js';

const location = Type.Object(
  { file: Type.String(), line: Type.Integer(), column: Type.Integer() },
  { ...closed, description: 'In the new runbook.' },
);

const change = Type.Object(
  {
    kind: words(changeKinds, 'What kind of change it is.'),
    weight: words(weights, 'What it does to the safety of a run.'),
    guards: Type.Boolean({ description: 'Whether it concerns a gate.' }),
    place: text('C-07, G-17, target prod, …'),
    at: nullable(location),
    what: text('What changed, in words.'),
    before: nullable(text('As it was; null where there was nothing.')),
    after: nullable(text('As it would be; null where there is nothing.')),
  },
  closed,
);

export const comparison = Type.Object(
  {
    against: text('What it is compared with: a commit or a file.'),
    is_new: Type.Boolean({ description: 'There is no such runbook there: all of it is new.' }),
    before_digest: nullable(text('Digest of the plan that it is compared with.')),
    summary: text('3 changes in meaning, 1 weakens a guard'),
    changes: list(change, 'The dangerous first.'),
  },
  { ...closed, description: 'What changed in meaning; null without `--against`.' },
);
