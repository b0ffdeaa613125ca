import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import {
  anything,
  choice,
  closed,
  count,
  either,
  flag,
  duration,
  formed,
  given,
  listOf,
  name,
  named,
  nameForm,
  oneOfKeys,
  optional,
  outside,
  outsideKeys,
  text,
} from './common.js';

const paramTypes = [
  'string',
  'integer',
  'boolean',
  'bytes',
  'duration',
  'path',
  'identifier',
  'enum',
  'list',
];

export const paramsSchema: TSchema = named(
  closed(
    {
      type: choice(paramTypes, {
        description: 'The type. bytes is a size (5GiB), identifier an SQL or Docker name.',
        examples: ['bytes'],
      }),
      description: optional(
        text({ description: 'What it is for.', examples: ['Free disk that the run needs'] }, 2000),
      ),
      default: optional(
        either([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.Unknown())], {
          description: 'The value where none is given; without one, --param must say it.',
          examples: ['1GiB'],
        }),
      ),
      from: optional(
        outside({
          description: 'A value from outside; a rehearsal takes the default instead.',
          examples: [{ env: 'BACKUP_NAME' }],
        }),
      ),
      pattern: optional(
        text(
          {
            description: 'A regular expression (RE2) that the text matches as a whole.',
            examples: ['[a-z]+'],
          },
          1024,
        ),
      ),
      values: optional(
        listOf(
          text({ description: 'One value.' }, 256),
          { description: 'The values of an enum.', examples: [['daily', 'weekly']] },
          1,
        ),
      ),
      items: optional(
        choice(paramTypes.slice(0, 7), {
          description: 'The type of the items of a list.',
          default: 'string',
        }),
      ),
    },
    { description: 'A parameter of the runbook, typed.', examples: [{ type: 'bytes', default: '1GiB' }] },
  ),
  {
    description: 'What whoever starts the run may set with --param.',
    examples: [{ min_free: { type: 'bytes', default: '1GiB' } }],
  },
  nameForm,
);

export const dataSchema: TSchema = named(
  anything({
    description: 'A constant, or {file, sha256} of a YAML or JSON file.',
    examples: [['public.unit_version']],
  }),
  {
    description: 'Constants: part of the plan, not to be overridden.',
    examples: [{ scope: ['public.unit_version'] }],
  },
  nameForm,
);

export const secretsSchema: TSchema = named(
  oneOfKeys(
    {
      generate: closed(
        {
          bytes: optional(
            count(4, 1024, {
              description: 'Random bytes; the secret is their hex digits, twice as many.',
              examples: [24],
              default: 24,
            }),
          ),
        },
        { description: 'Made for this run.', examples: [{ bytes: 24 }] },
      ),
      ...outsideKeys,
    },
    { description: 'A secret: made for the run, or from outside; at least eight characters.' },
  ),
  {
    description: 'Values that are never printed, logged or recorded.',
    examples: [{ admin: { generate: { bytes: 24 } } }],
  },
  nameForm,
);

export const keysSchema: TSchema = named(
  closed(
    {
      gpg: closed(
        {
          fingerprint: optional(
            given(
              formed('^[0-9A-Fa-f]{40}$', 'a fingerprint is 40 hex digits; never a name or an e-mail', {
                description: 'The fingerprint itself.',
              }),
              {
                description: 'The full fingerprint.',
                examples: [{ env: 'BACKUP_GPG_FPR' }],
              },
            ),
          ),
          embedded: optional(
            closed(
              {
                generate: flag({
                  description: 'A throwaway key takes its place in a rehearsal.',
                  examples: [true],
                }),
              },
              { description: 'The stand-in of a rehearsal.', examples: [{ generate: true }] },
            ),
          ),
          generate: optional(flag({ description: 'A throwaway key of this run.', examples: [true] })),
        },
        {
          description: 'An OpenPGP key: a fingerprint, or one made for the run.',
          examples: [{ fingerprint: { env: 'BACKUP_GPG_FPR' }, embedded: { generate: true } }],
        },
      ),
    },
    { description: 'A key, by what kind it is.' },
  ),
  { description: 'Keys, by name.' },
  nameForm,
);

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
        duration({ description: 'The longest that an approval may be valid.', examples: ['24h'] }),
      ),
    },
    {
      description:
        'Who must approve a live run: `none` with the reason, or `slots` with `valid_for`. Needed where a target is production.',
      examples: [{ slots: ['SG_1', 'SG_2'], valid_for: '24h' }],
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
    escalate: formed('^[A-Za-z][A-Za-z0-9_-]{0,31}$', 'a slot is letters, digits, _ and -', {
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
