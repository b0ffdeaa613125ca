import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { Session } from '../../../ports/postgres.js';
import { quoteIdentifier, quoteQualified } from '../../../base/sql.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf } from '../../postgres/ask.js';
import type { Selection } from '../../postgres/content/capture.js';
import { resolveRelations } from '../../postgres/content/relations.js';
import type { Args } from './schema.js';

export interface DumpScope {
  readonly selection: Selection;
  /** pg_dump's options; patterns are quoted, so that each matches one name only. */
  readonly options: readonly string[];
}

/** Exactly one of `tables`, `schemas`, `all`, found in the snapshot by exact name before pg_dump matches patterns. */
export async function resolveScope(session: Session, args: Args): Promise<Result<DumpScope, KindProblem>> {
  const scope = await scopeOf(session, args);
  if (!scope.ok) return scope;
  const encoding = await encodingOf(session, scope.value.options);
  if (!encoding.ok) return encoding;
  const options = [`--encoding=${encoding.value}`, ...scope.value.options];
  return ok({ ...scope.value, options });
}

/**
 * The server's own, whatever a role or the database has as client_encoding, which pg_dump would take. In it pg_dump
 * reads its arguments, too: names beyond ASCII are given in UTF-8. A database without an encoding has bytes.
 */
async function encodingOf(
  session: Session,
  options: readonly string[],
): Promise<Result<string, KindProblem>> {
  const rows = await ask(session, `SELECT pg_catalog.current_setting('server_encoding') AS encoding`);
  if (!rows.ok) return rows;
  const own = textOf(rows.value[0] ?? {}, 'encoding');
  return ok(own !== 'SQL_ASCII' && options.some((o) => /[^\0-\x7f]/.test(o)) ? 'UTF8' : own);
}

/** What is asked for, before anything of it was looked for. */
export function selectionOf({ tables, schemas, all }: Args): Result<Selection, KindProblem> {
  const given = [tables, schemas, all].filter((a) => a !== undefined).length;
  if (given !== 1)
    return err({ code: 'SCOPE_UNCLEAR', message: 'give exactly one of `tables`, `schemas` and `all`' });
  return ok(tables ? { tables } : { tables: null, ...(schemas && { schemas }) });
}

async function scopeOf(session: Session, args: Args): Promise<Result<DumpScope, KindProblem>> {
  if (args.tables) return tables(session, args.tables);
  if (args.schemas) return schemas(session, args.schemas);
  return ok({ selection: { tables: null }, options: [] });
}

async function tables(session: Session, names: readonly string[]): Promise<Result<DumpScope, KindProblem>> {
  const selection = { tables: names };
  const resolved = await resolveRelations(session, selection);
  if (!resolved.ok) return resolved;
  const patterns = resolved.value.relations.map((r) => `--table=${quoteQualified(r.schema, r.name)}`);
  // Without a pattern pg_dump would dump everything.
  if (patterns.length === 0)
    return err({ code: 'NOTHING_SELECTED', message: 'no table of the list can be dumped' });
  return ok({ selection, options: ['--strict-names', ...patterns] });
}

async function schemas(session: Session, names: readonly string[]): Promise<Result<DumpScope, KindProblem>> {
  const rows = await ask(
    session,
    'SELECT nspname::text AS name FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])',
    [names],
  );
  if (!rows.ok) return rows;
  const found = rows.value.map((row) => textOf(row, 'name'));
  const missing = names.filter((name) => !found.includes(name));
  if (missing.length > 0)
    return err({ code: 'TABLE_MISSING', message: `no such schema: ${missing.join(', ')}` });
  const patterns = names.map((name) => `--schema=${quoteIdentifier(name)}`);
  return ok({ selection: { tables: null, schemas: names }, options: ['--strict-names', ...patterns] });
}
