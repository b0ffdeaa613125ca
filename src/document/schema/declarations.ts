import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import {
  anything,
  choice,
  closed,
  count,
  either,
  flag,
  formed,
  given,
  listOf,
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
