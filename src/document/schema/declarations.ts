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
  name,
  named,
  nameForm,
  oneOfKeys,
  optional,
  outside,
  outsideKeys,
  path,
  sha256,
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

const textTemplate = (description: string, examples: readonly unknown[]): TSchema =>
  text({ description, examples }, 1024);

const postgres: Record<string, TSchema> = {
  url: given(
    formed('^(postgres|postgresql)://', 'a URL begins with postgresql://', {
      description: 'The URL itself, without a password.',
    }),
    { description: 'Where the server is.', examples: [{ env: 'PROD_DATABASE_URL' }] },
  ),
  embedded: closed(
    {
      seed: listOf(path({ description: 'An SQL file of the project.' }), {
        description: 'SQL files that fill the stand-in, in order.',
        examples: [['runbooks/embedded/production.sql']],
      }),
      user: optional(
        formed('^[A-Za-z_][A-Za-z0-9_$]{0,62}$', 'a role is an SQL name', {
          description: 'The role of its sessions, made by the seed.',
          examples: ['cutter_exec'],
        }),
      ),
    },
    { description: 'The stand-in of a rehearsal: a throwaway server.' },
  ),
  sandbox: closed(
    {
      engine: optional(
        choice(['auto', 'local'], {
          description: 'Which programs run it.',
          examples: ['auto'],
          default: 'auto',
        }),
      ),
      version: optional(
        either([Type.Integer({ minimum: 10, maximum: 99 }), Type.String()], {
          description: 'Its major version; else that of its source.',
          examples: [16],
        }),
      ),
      name: optional(textTemplate('Its name.', ['restore-test'])),
      network: optional(textTemplate('The network of its container.', ['dr-net'])),
      image: optional(textTemplate('The image of its container, by digest.', ['postgres@sha256:…'])),
      password: optional(textTemplate('The password of its superuser.', ['${{ secrets.admin }}'])),
    },
    {
      description: 'A throwaway server of this run; postgres.sandbox starts it.',
      examples: [{ engine: 'auto' }],
    },
  ),
  of: name({ description: 'Another session user on the server of this target.', examples: ['copy'] }),
  user: textTemplate('The user of an `of:` target.', ['cutter_ro']),
  password: textTemplate('Its password.', ['${{ secrets.reader }}']),
};

export const targetsSchema: TSchema = named(
  closed(
    {
      postgres: closed(
        Object.fromEntries(Object.entries(postgres).map(([key, schema]) => [key, optional(schema)])),
        {
          description: 'A PostgreSQL server: one of url, sandbox, of.',
          examples: [{ url: { env: 'PROD_DATABASE_URL' } }],
        },
      ),
      access: optional(
        choice(['read', 'write'], {
          description: 'Whether its sessions may write.',
          examples: ['write'],
          default: 'read',
        }),
      ),
      production: optional(
        flag({
          description: 'Sessions are read-only, and the authorization must be declared.',
          examples: [true],
          default: false,
        }),
      ),
      superuser: optional(
        text(
          {
            description: 'Why a superuser session is accepted on production; the review shows it.',
            examples: ['pg_read_all_data is missing there'],
          },
          500,
        ),
      ),
      identity: optional(
        closed(
          {
            database: optional(textTemplate('The name of the database.', ['directus'])),
            system_identifier: optional(
              given(Type.String({ minLength: 1, maxLength: 256 }), {
                description: "The cluster's system_identifier, as text: it doesn't fit a JSON number.",
                examples: [{ env: 'PROD_SYSTEM_IDENTIFIER' }, '7611578671664259111'],
              }),
            ),
            differs_from: optional(
              name({ description: 'A target that this must not be.', examples: ['prod'] }),
            ),
          },
          {
            description: 'Asserted on every session, before its first statement; a mismatch is a hard abort.',
            examples: [{ differs_from: 'prod' }],
          },
        ),
      ),
    },
    { description: 'A server that the runbook reads or changes.' },
  ),
  { description: 'Servers, by name.' },
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

export { sha256 };
