import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { closed, formed, listOf, name, optional, text, timeLimit } from './common.js';

const slotForm = {
  pattern: '^[A-Za-z][A-Za-z0-9_-]{0,31}$',
  form: 'a slot is letters, digits, _ and -',
};

export const authorizationSchema: TSchema = Type.Unsafe({
  ...closed(
    {
      none: optional(
        text(
          {
            description: 'Why no approval is needed; printed in review and report.',
            examples: ['reads production; writes one encrypted file'],
          },
          500,
        ),
      ),
      slots: optional(
        Type.Array(
          formed(slotForm.pattern, slotForm.form, {
            description: 'What one person approves.',
            examples: ['SG_1'],
          }),
          {
            minItems: 1,
            maxItems: 8,
            uniqueItems: true,
            description: 'Each is filled by another person with another key, none of them who asks.',
            examples: [['SG_1', 'SG_2']],
          },
        ),
      ),
      valid_for: optional(
        timeLimit({ description: 'The longest that an approval may be valid.', examples: ['24h'] }),
      ),
    },
    {
      description:
        'Who must approve a live run: `none` with the reason, or `slots` with `valid_for`. Needed where a target is production.',
      examples: [{ none: 'reads production' }, { slots: ['SG_1', 'SG_2'], valid_for: '24h' }],
    },
  ),
  minProperties: 1,
});

export const compensationSchema: TSchema = closed(
  {
    kill_switch: Type.Unsafe({
      type: 'boolean',
      enum: [true],
      description: 'Level 0 engages by itself: every further run is refused.',
      examples: [true],
    }),
    record: listOf(text({ description: 'Text or an expression; what was not produced prints —.' }, 4096), {
      description: 'What is written down of the change: ids, row counts.',
      examples: [['change set ${{ data.change_set_id }}']],
    }),
    escalate: formed(slotForm.pattern, slotForm.form, {
      description: 'The slot whose signed statement `gatebook enable` then takes.',
      examples: ['SG_3'],
    }),
  },
  {
    description:
      'What follows a failure after a change on production. Nothing is restored and nothing deleted by itself.',
    examples: [{ kill_switch: true, record: ['${{ data.change_set_id }}'], escalate: 'SG_3' }],
  },
);

export const protectedSchema: TSchema = closed(
  {
    containers: optional(
      listOf(text({ description: 'The exact name of a container.' }, 256), {
        description: 'Containers: id, start and status.',
        examples: [['pg-dry-run-hb05']],
      }),
    ),
    clusters: optional(
      listOf(name({ description: 'A target.' }), {
        description: 'Servers, by the names of their targets: system_identifier and start.',
        examples: [['prod']],
      }),
    ),
    files: optional(
      listOf(text({ description: 'A file, absolute or relative to the project.' }, 4096), {
        description: 'Files: sha256. A rehearsal looks at stand-ins of its own.',
        examples: [['/opt/app/.env']],
      }),
    ),
  },
  {
    description: 'What must be the same before and after; the probe `protected` looks at it.',
    examples: [{ clusters: ['prod'], files: ['/opt/app/.env'] }],
  },
);
