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
          name: text('What the run calls it: its `as`, or what it is for.'),
          type: text('postgres.sandbox, artifact, gpg.home, folder, docker.container, …'),
          id: text(
            'What it is looked up by: sha256 of an artifact (as in evidence.artifacts), id of a container, path of a folder.',
          ),
          state: words(['intended', 'created', 'destroyed', 'kept', 'leaked'], 'Where it ended.'),
          durability: words(['ephemeral', 'kept'], 'Whether it was meant to stay.'),
          command: nullable(text('The command that made it; null: the run itself.')),
          evidence: nullable(text('The proof that it is gone, or why it is not.')),
        },
        closed,
      ),
      'Everything that the run made, in order.',
    ),
  },
  { ...closed, description: 'What the run made, and whether it is gone.' },
);

export const evidence = Type.Object(
  {
    journal_head: digest('sha256 of the last line of the journal.'),
    journal_records: Type.Integer({ minimum: 1, description: 'Lines of the journal.' }),
    artifacts: list(
      Type.Object(
        {
          ref: text('Name of the file, in artifacts/RUN/ of the state folder.'),
          sha256: digest('sha256 of the file, 64 hex digits.'),
          size_bytes: Type.Unsafe<number | string>({
            type: ['integer', 'string'],
            description: 'Bytes; a string beyond 2^53 − 1.',
          }),
          recipient: nullable(text('Fingerprint of the key it is encrypted to.')),
          command: text('The command that made it; its started_at says when.'),
        },
        closed,
      ),
      'Artifacts that the run published; they are not in the bundle.',
    ),
    files: list(
      Type.Object(
        {
          path: text('In the project, and below source/ in the bundle.'),
          role: text('runbook, library, settings, sql, script, data, …'),
          sha256: digest('sha256 of the file.'),
        },
        closed,
      ),
      'Everything that was read as source.',
    ),
    leak_scan: nullable(
      Type.Object(
        {
          files: Type.Integer({ description: 'How many files were looked through.' }),
          hits: list(
            Type.Object(
              {
                file: text('In the bundle.'),
                line: Type.Integer({ description: 'From 1.' }),
                kind: text('What it looks like; never the value.'),
              },
              closed,
            ),
            'What was found; none in a bundle that was not set aside.',
          ),
        },
        { ...closed, description: 'The look for secrets before the seal; null where there was none.' },
      ),
    ),
  },
  { ...closed, description: 'What proves it.' },
);
