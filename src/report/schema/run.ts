import { Type } from '@sinclair/typebox';
import { closed, nullable, text, words, list, json, digest, milliseconds } from './fields.js';

export const run = Type.Object(
  {
    id: text('Id of the run.'),
    runbook: text('Id of the runbook.'),
    runbook_title: text('Title of the runbook.'),
    runbook_revision: Type.Integer({
      description: 'Revision of the runbook; that of the report is kb.revision.',
    }),
    runbook_path: text('Path in the project.'),
    runbook_sha256: digest('sha256 of the runbook as it ran.'),
    summary: nullable(text('What the runbook is for.')),
    plan_digest: digest('sha256:… of plan.json'),
    binding_digest: digest('sha256:… of binding.json'),
    mode: words(
      ['live', 'rehearsal', 'dry-run'],
      'A rehearsal runs on stand-ins; in a dry run only probes run.',
    ),
    started_at: text('UTC, ISO 8601, as every time in this file.'),
    ended_at: text('UTC'),
    duration_ms: milliseconds('How long the run took, in milliseconds by a clock that is never set back.'),
    host: text('Name of the machine.'),
    operator: text('User that ran it.'),
    containment: text('What keeps a child from outliving the runner.'),
    gatebook: text('Version of the runner.'),
    renderer: Type.Integer({ description: 'Version of the form of this report.' }),
    authorization: text('Slots and how long they hold, or why none is needed, in words.'),
    production: Type.Optional(
      list(
        Type.Object(
          {
            target: text('Name of the target.'),
            access: words(['read', 'write'], 'Whether every session there was read-only.'),
          },
          closed,
        ),
        'Targets that are production; absent in reports of before they were recorded.',
      ),
    ),
    params: json('Params by value: bytes in bytes, durations in milliseconds.'),
    approvals: list(
      Type.Object(
        {
          slot: text('Slot of the runbook.'),
          principal: text('Who approved.'),
          requester: text('Who asked for it.'),
          key: text('SHA256:…, as ssh-keygen prints it.'),
          not_before: text('UTC'),
          expires: text('UTC'),
          nonce: text('What makes it this one; revocations name it.'),
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
            slot: text('Slot of the runbook.'),
            principal: text('Who approved.'),
            requester: text('Who asked for it.'),
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
        {
          path: text('Where it lies.'),
          sha256: digest('sha256 of it.'),
          warning: nullable(text('Why it proves less than it should.')),
        },
        {
          ...closed,
          description: 'The file that said who may approve; absent where no approval was needed.',
        },
      ),
    ),
    recovered: list(
      Type.Object(
        { at: text('UTC'), operator: text('User that finished it.'), host: text('On which machine.') },
        closed,
      ),
      'Who finished a run that had been cut off.',
    ),
  },
  { ...closed, description: 'Which run of which runbook, when, where and by whom.' },
);
