import { Type } from '@sinclair/typebox';
import { closed, nullable, text, words, list, json, digest, milliseconds } from './fields.js';

export const run = Type.Object(
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
    production: Type.Optional(
      list(
        Type.Object(
          {
            target: Type.String(),
            access: words(['read', 'write'], 'Whether every session there was read-only.'),
          },
          closed,
        ),
        'Targets that are production; absent in reports of before they were recorded.',
      ),
    ),
    params: json('Params by value.'),
    approvals: list(
      Type.Object(
        {
          slot: Type.String(),
          principal: Type.String(),
          requester: Type.String(),
          key: text('SHA256:…, as ssh-keygen prints it.'),
          not_before: text('UTC'),
          expires: text('UTC'),
          nonce: Type.String(),
          sha256: digest('sha256 of the approval in approvals/.'),
        },
        closed,
      ),
      'What authorized it.',
    ),
    offered: Type.Optional(
      list(
        Type.Object(
          {
            slot: Type.String(),
            principal: Type.String(),
            requester: Type.String(),
            expires: text('UTC'),
            sha256: digest('sha256 of the approval in approvals/.'),
            checked: Type.Boolean({ description: 'Whether it was looked at before the run was refused.' }),
            wrong: nullable(Type.String({ description: 'What is wrong with it by itself.' })),
          },
          closed,
        ),
        'Of a refused run: the approvals that were given and did not authorize it.',
      ),
    ),
    malformed: Type.Optional(
      list(
        Type.Object(
          {
            file: text('Its name, without the folder; no copy of it is kept.'),
            wrong: text('Why it is no approval.'),
          },
          closed,
        ),
        'Of a refused run: files that were given for approvals and are none; absent where there are none.',
      ),
    ),
    approvers: Type.Optional(
      Type.Object(
        { path: Type.String(), sha256: digest('sha256 of it.'), warning: nullable(Type.String()) },
        {
          ...closed,
          description: 'The file that said who may approve; absent where no approval was needed.',
        },
      ),
    ),
    recovered: list(
      Type.Object({ at: Type.String(), operator: Type.String(), host: Type.String() }, closed),
      'Who finished a run that had been cut off.',
    ),
  },
  closed,
);
