import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import {
  choice,
  closed,
  either,
  flag,
  formed,
  given,
  listOf,
  name,
  named,
  nameForm,
  optional,
  path,
  text,
} from './common.js';

const textTemplate = (description: string, examples: readonly unknown[]): TSchema =>
  text({ description, examples }, 1024);

const roleName = (words: Parameters<typeof formed>[2]): TSchema =>
  formed('^[A-Za-z_][A-Za-z0-9_$]{0,62}$', 'a role is an SQL name', words);

const containerName = formed(
  '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
  'a container is named with letters, digits, dots, dashes and underscores',
  { description: 'The name itself.' },
);

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
        roleName({ description: 'The role of its sessions, made by the seed.', examples: ['cutter_exec'] }),
      ),
    },
    { description: 'The stand-in of a rehearsal: a throwaway server.' },
  ),
  sandbox: closed(
    {
      engine: optional(
        choice(['auto', 'local', 'docker'], {
          description:
            'What runs it: programs that are installed here, or a container. `auto` takes Docker where an engine answers and has the image.',
          examples: ['auto'],
          default: 'auto',
        }),
      ),
      version: optional(
        either([Type.Integer({ minimum: 10, maximum: 99 }), Type.String()], {
          description: 'Its major version, not older than its source; else that of its source.',
          examples: [16],
        }),
      ),
      password: optional(textTemplate('The password of its superuser.', ['${{ secrets.admin }}'])),
      image: optional(
        textTemplate(
          'The image of its container, by digest; else that of gatebook.yaml. Never pulled during a run.',
          [`postgres@sha256:${'0'.repeat(64)}`],
        ),
      ),
      name: optional(textTemplate("Its container's exact name; else one of the run.", ['pg-restore-test'])),
      network: optional(
        textTemplate(
          'A network that docker.network made in this run: containers there reach the server by its name. Needs a password.',
          ['dr-net'],
        ),
      ),
    },
    {
      description: 'A throwaway server of this run; postgres.sandbox starts it.',
      examples: [{ engine: 'auto' }],
    },
  ),
  docker: closed(
    {
      container: given(containerName, {
        description: 'The exact name of the container.',
        examples: ['postgres', { env: 'PROD_CONTAINER' }],
      }),
      user: roleName({ description: 'The role of the sessions.', examples: ['workflow_admin'] }),
      database: text({ description: 'The name of the database.', examples: ['directus'] }, 63),
      password: optional(textTemplate('The password of the role.', ['${{ secrets.prod }}'])),
      socket: optional(
        formed('^/[A-Za-z0-9_./-]{1,90}$', 'a folder inside begins with a slash', {
          description: "The folder of the server's socket inside; else /var/run/postgresql or /tmp.",
          examples: ['/var/run/postgresql'],
        }),
      ),
    },
    {
      description: 'A server inside a running container, spoken to through the engine: no port is needed.',
      examples: [{ container: 'postgres', user: 'workflow_admin', database: 'directus' }],
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
          description: 'A PostgreSQL server: one of url, docker, sandbox, of.',
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
