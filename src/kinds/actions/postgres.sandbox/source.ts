import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { field } from '../../../base/value.js';
import type { Session } from '../../../ports/postgres.js';
import type { DatabaseLocale } from '../../../ports/sandbox.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf, textsOf } from '../../postgres/ask.js';

/** What a restore of it will need of another server. */
export interface Source {
  readonly database: string;
  readonly major: number;
  readonly systemIdentifier: string;
  readonly locale: DatabaseLocale;
  readonly extensions: readonly string[];
}

const providers: Readonly<Record<string, DatabaseLocale['provider']>> = { c: 'libc', i: 'icu', b: 'builtin' };

// The column of the ICU locale was renamed in 17 and came in 15; by JSON its absence isn't an error.
const statement = `
  SELECT pg_catalog.current_database()::text AS database, pg_catalog.current_setting('server_version_num')::int / 10000 AS major,
    (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS system_identifier,
    pg_catalog.pg_encoding_to_char(d.encoding)::text AS encoding, d.datcollate::text AS collate, d.datctype::text AS ctype,
    coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') AS provider,
    coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS locale,
    (SELECT pg_catalog.array_agg(extname::text ORDER BY extname) FROM pg_catalog.pg_extension) AS extensions
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`;

export async function readSource(session: Session): Promise<Result<Source, KindProblem>> {
  const rows = await ask(session, statement);
  if (!rows.ok) return rows;
  const row = rows.value[0] ?? {};
  const locale = field(row, 'locale');
  return ok({
    database: textOf(row, 'database'),
    major: Number(field(row, 'major')),
    systemIdentifier: textOf(row, 'system_identifier'),
    locale: {
      encoding: textOf(row, 'encoding'),
      provider: providers[textOf(row, 'provider')] ?? 'libc',
      collate: textOf(row, 'collate'),
      ctype: textOf(row, 'ctype'),
      ...(typeof locale === 'string' && { locale }),
    },
    extensions: textsOf(row, 'extensions'),
  });
}

/** Looked at before anything is restored: a missing extension would fail in the middle of it. */
export async function checkExtensions(
  session: Session,
  extensions: readonly string[],
): Promise<Result<null, KindProblem>> {
  const rows = await ask(
    session,
    `SELECT name FROM pg_catalog.unnest($1::text[]) AS name
     WHERE name NOT IN (SELECT a.name FROM pg_catalog.pg_available_extensions a)`,
    [extensions],
  );
  if (!rows.ok) return rows;
  if (rows.value.length === 0) return ok(null);
  const missing = rows.value.map((row) => textOf(row, 'name')).join(', ');
  return err({
    code: 'EXTENSION_MISSING',
    message: `the source has extensions that are not installed here: ${missing}`,
    next: 'Install their packages for the same major version (Debian: postgresql-<major>-<name>).',
  });
}
