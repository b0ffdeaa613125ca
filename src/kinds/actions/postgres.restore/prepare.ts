import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { Session } from '../../../ports/postgres.js';
import { quoteIdentifier } from '../../../base/sql.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';
import type { BackupRecord } from '../../postgres/record.js';

/** Roles of the source that this server lacks; `stub` makes them, so that owners and grants find them. */
export async function prepareRoles(
  session: Session,
  record: BackupRecord,
  roles: 'stub' | 'none',
): Promise<Result<readonly string[], KindProblem>> {
  const rows = await ask(session, 'SELECT rolname::text AS name FROM pg_catalog.pg_roles');
  if (!rows.ok) return rows;
  const there = new Set(rows.value.map((row) => textOf(row, 'name')));
  const missing = record.content.roles.filter((role) => !there.has(role));
  if (roles === 'none') return ok(missing);
  for (const role of missing) {
    const superuser = record.content.superusers.includes(role) ? 'SUPERUSER' : 'NOSUPERUSER';
    const made = await ask(session, `CREATE ROLE ${quoteIdentifier(role)} NOLOGIN ${superuser}`);
    if (!made.ok) return made;
  }
  return ok(missing);
}

/** A dump of named tables brings no schema. */
export async function prepareSchemas(
  session: Session,
  record: BackupRecord,
): Promise<Result<null, KindProblem>> {
  if (record.selection.tables === null) return ok(null);
  for (const schema of new Set(record.content.relations.map((r) => r.schema))) {
    const made = await ask(session, `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);
    if (!made.ok) return made;
  }
  return ok(null);
}

/** SQLSTATE, PostgreSQL docs, appendix A. */
const dependentObjects = '2BP01';

/** Every new database has it, and a dump doesn't say that its source has dropped it. One that is in use stays. */
export async function dropPublic(
  session: Session,
  { selection, content }: BackupRecord,
): Promise<Result<null, KindProblem>> {
  if (selection.tables !== null || selection.schemas !== undefined) return ok(null);
  if (content.catalog.some(({ kind, name }) => kind === 'schema' && name === 'public')) return ok(null);
  const dropped = await ask(session, 'DROP SCHEMA IF EXISTS public');
  return dropped.ok || dropped.error.sqlstate === dependentObjects ? ok(null) : dropped;
}
