import { Type } from '@sinclair/typebox';
import { closed, nullable, text, words, list, digest } from './fields.js';

export const teardown = Type.Object(
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

export const evidence = Type.Object(
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
