import { invariant } from '../../base/invariant.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { quoteIdentifier, quoteLiteral } from '../../base/sql.js';
import type { Completed } from '../../ports/process.js';
import type { DatabaseLocale, ServerSpec } from '../../ports/sandbox.js';
import type { Problem } from '../../text/problem.js';

/** The first role of every new server. */
export const superuserName = 'postgres';

/** psql that reads a file from stdin and stops at the first error. */
export const psqlArguments = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-'] as const;

export const psqlEnvironment = (to: {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}): Readonly<Record<string, string>> => ({
  PGHOST: to.host,
  PGPORT: String(to.port),
  PGUSER: to.user,
  PGDATABASE: to.database,
  PGCLIENTENCODING: 'UTF8',
  PGOPTIONS: '-c client_min_messages=warning',
});

/** Runs psql as the superuser of a new server, in this database. */
export type RunSql = (database: string, sql: string | Uint8Array) => Promise<Result<Completed, Problem>>;

/** Runs SQL as a file would be: every statement, stopping at the first error. */
async function runSql(
  run: RunSql,
  database: string,
  sql: string | Uint8Array,
): Promise<Result<string, Problem>> {
  const ran = await run(database, sql);
  if (!ran.ok) return ran;
  if (ran.value.exitCode === 0) return ok(ran.value.stdout.trim());
  const lines = ran.value.stderr.trim().split('\n');
  // Warnings may stand before it.
  const reason = lines.find((line) => /\b(?:ERROR|FATAL|PANIC):/.test(line)) ?? lines[0] ?? 'no message';
  return err({ code: 'SEED_FAILED', message: reason.replace(/^psql:<stdin>:/, 'line ') });
}

/** `CREATE DATABASE` of the source's encoding and locale (PostgreSQL docs, 24.1.3). */
export function createDatabase(name: string, locale: DatabaseLocale | undefined, major: number): string {
  const clauses = ['TEMPLATE template0'];
  if (locale === undefined) clauses.push("ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
  else {
    clauses.push(`ENCODING ${quoteLiteral(locale.encoding)}`);
    clauses.push(`LC_COLLATE ${quoteLiteral(locale.collate)} LC_CTYPE ${quoteLiteral(locale.ctype)}`);
    if (major >= 15) clauses.push(`LOCALE_PROVIDER ${locale.provider}`);
    if (locale.provider === 'icu') clauses.push(`ICU_LOCALE ${quoteLiteral(locale.locale ?? 'und')}`);
    if (locale.provider === 'builtin')
      clauses.push(`BUILTIN_LOCALE ${quoteLiteral(locale.locale ?? 'C.UTF-8')}`);
  }
  return `CREATE DATABASE ${quoteIdentifier(name)} ${clauses.join(' ')};`;
}

const mendSeed =
  'mend the seed: it runs as a superuser in an empty database, and makes the roles that it names';

/** Makes the database where initdb didn't, runs the seed, and says whose sessions it is for. */
export async function prepareDatabase(
  run: RunSql,
  major: number,
  spec: ServerSpec,
): Promise<Result<string, Problem>> {
  if (spec.database !== 'postgres' && spec.database !== 'template1') {
    const created = await runSql(run, 'template1', createDatabase(spec.database, spec.locale, major));
    if (!created.ok) return err(localeProblem(created.error, spec.locale));
  }
  for (const { name, sql } of spec.seed ?? []) {
    const seeded = await runSql(run, spec.database, sql);
    if (!seeded.ok)
      return err({ ...seeded.error, message: `seed ${name}: ${seeded.error.message}`, next: mendSeed });
  }
  return sessionUser(run, spec.database, spec.sessionsAs ?? 'superuser');
}

function localeProblem(problem: Problem, locale: DatabaseLocale | undefined): Problem {
  if (locale === undefined || !/locale|encoding/i.test(problem.message)) return problem;
  return {
    code: 'LOCALE_MISSING',
    message: `this machine can't make a database like the source: ${problem.message}`,
    next: `Install the locale ${locale.collate} (Debian: apt-get install -y locales-all), or PostgreSQL with ICU.`,
  };
}

async function sessionUser(
  run: RunSql,
  database: string,
  who: NonNullable<ServerSpec['sessionsAs']>,
): Promise<Result<string, Problem>> {
  if (who === 'superuser') return ok(superuserName);
  const condition =
    who === 'reader'
      ? "NOT rolsuper AND pg_catalog.pg_has_role(oid, 'pg_read_all_data', 'MEMBER')"
      : `rolname = ${quoteLiteral(who.role)}`;
  const sql = `SELECT rolname FROM pg_catalog.pg_roles WHERE rolcanlogin AND ${condition} ORDER BY oid LIMIT 1;`;
  const found = await runSql(run, database, sql);
  if (!found.ok) return found;
  if (found.value !== '') {
    invariant(!found.value.includes('\n'), 'one role');
    return found;
  }
  const wanted = who === 'reader' ? 'a LOGIN role with pg_read_all_data' : `the LOGIN role ${who.role}`;
  return err({
    code: 'NO_READER',
    message: `the seed doesn't make ${wanted}`,
    next: `Add to the seed: CREATE ROLE ${who === 'reader' ? 'reader LOGIN; GRANT pg_read_all_data TO reader;' : `${quoteIdentifier(who.role)} LOGIN; with what it may read.`}`,
  });
}
