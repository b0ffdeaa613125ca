import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { ValueMap } from '../../../base/value.js';
import { field } from '../../../base/value.js';
import type { Session } from '../../../ports/postgres.js';
import { quoteQualified } from '../../../base/sql.js';
import type { KindProblem } from '../../executor.js';
import { ask, isTrue, textOf, textsOf } from '../ask.js';

/** A relation that was found in the catalog, by oid: a name in a pattern language was never involved. */
export interface Relation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly table: string;
  /** `partitioned`: a parent without rows of its own, there for its definition. */
  readonly kind: 'table' | 'partitioned';
  readonly pages: number;
  /** The names that were asked for and brought it in: its own, or those of its parents. Empty for `all`. */
  readonly askedAs: readonly string[];
}

export interface Resolved {
  readonly relations: readonly Relation[];
  readonly notCovered: readonly string[];
}

interface Found extends Omit<Relation, 'kind'> {
  readonly relkind: string;
  readonly extension: string;
}

/** Schemas that a dump leaves out: the system's and temporary ones. */
export const userSchema = (column: string): string =>
  `${column} !~ '^pg_' AND ${column} <> 'information_schema'`;

const columns = `
  c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS relkind, c.relpages AS pages,
  (SELECT e.extname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass) AS extension`;

const everything = `
  SELECT ${columns} FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'm') AND c.relpersistence <> 't' AND ${userSchema('n.nspname')}
    AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

// Children by inheritance too: a parent's count means its children to whoever names it.
const named = `
  WITH RECURSIVE wanted AS (
    SELECT c.oid, c.oid AS root, n.nspname || '.' || c.relname AS asked
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname || '.' || c.relname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'f', 'm', 'v')
    UNION SELECT i.inhrelid, w.root, w.asked FROM wanted w JOIN pg_catalog.pg_inherits i ON i.inhparent = w.oid)
  SELECT ${columns}, bool_or(w.oid = w.root) AS asked,
    array_agg(DISTINCT w.asked::text) AS asked_as
  FROM wanted w JOIN pg_catalog.pg_class c ON c.oid = w.oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  GROUP BY c.oid, n.nspname, c.relname, c.relkind, c.relpages
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

const foundIn = (row: ValueMap): Found => ({
  oid: textOf(row, 'oid'),
  schema: textOf(row, 'schema'),
  name: textOf(row, 'name'),
  table: `${textOf(row, 'schema')}.${textOf(row, 'name')}`,
  relkind: textOf(row, 'relkind'),
  pages: Number(field(row, 'pages') ?? 0),
  extension: textOf(row, 'extension'),
  askedAs: textsOf(row, 'asked_as'),
});

/**
 * Names to oids, partitions and inheritance children included. A name that isn't there is TABLE_MISSING, one
 * that could be two tables (a dot in a name) AMBIGUOUS_NAME.
 */
export async function resolveRelations(
  session: Session,
  selection: { readonly tables: readonly string[] | null; readonly schemas?: readonly string[] },
  missing: 'refuse' | 'leave' = 'refuse',
): Promise<Result<Resolved, KindProblem>> {
  if (selection.tables === null) {
    const rows = await ask(session, everything, [selection.schemas ?? null]);
    return rows.ok ? ok(split(rows.value.map(foundIn))) : rows;
  }
  const rows = await ask(session, named, [selection.tables]);
  if (!rows.ok) return rows;
  const asked = rows.value.flatMap((row) => (isTrue(row, 'asked') ? [foundIn(row)] : []));
  const refused = refuseNames(selection.tables, asked, missing);
  return refused ?? ok(split(rows.value.map(foundIn)));
}

/**
 * To the end of the transaction nobody alters, empties or drops them: a TRUNCATE that waited for the dump alone would
 * come before these rows are hashed, and a snapshot doesn't see what it takes away.
 */
export async function lockRelations(
  session: Session,
  relations: readonly Relation[],
): Promise<Result<null, KindProblem>> {
  if (relations.length === 0) return ok(null);
  const names = relations.map((r) => `ONLY ${quoteQualified(r.schema, r.name)}`);
  const locked = await ask(session, `LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`);
  if (locked.ok) return ok(null);
  const { sqlstate } = locked.error;
  const gone = sqlstate === '42P01' || sqlstate === '3F000';
  return gone
    ? err({ ...locked.error, next: 'It was dropped or renamed at that very moment: run again.' })
    : locked;
}

function refuseNames(
  names: readonly string[],
  asked: readonly Found[],
  onMissing: 'refuse' | 'leave',
): Result<never, KindProblem> | undefined {
  if (names.length === 0)
    return err({ code: 'NOTHING_SELECTED', message: 'the list of tables is empty', next: 'Name a table.' });
  const lastOf = new Map(asked.map((a) => [a.table, a]));
  const missing = names.filter((name) => !lastOf.has(name));
  if (missing.length > 0 && onMissing === 'refuse')
    return err({
      code: 'TABLE_MISSING',
      message: `no such table: ${missing.join(', ')}`,
      next: 'Names are schema.name, exactly as in the catalog, without quotes or patterns.',
    });
  const twice = asked.find((a) => lastOf.get(a.table) !== a);
  if (twice)
    return err({ code: 'AMBIGUOUS_NAME', message: `${twice.table} is the name of more than one relation` });
  const unusable = asked.find((a) => a.relkind === 'v' || a.relkind === 'm');
  if (unusable)
    return err({
      code: 'NOT_A_TABLE',
      message: `${unusable.table} is a view`,
      next: 'Name the tables it reads.',
    });
  return undefined;
}

function split(found: readonly Found[]): Resolved {
  const relations: Relation[] = [];
  const notCovered: string[] = [];
  for (const { relkind, extension, ...relation } of found) {
    if (extension !== '') notCovered.push(`table ${relation.table} (belongs to extension ${extension})`);
    else if (relkind === 'f') notCovered.push(`foreign table ${relation.table}`);
    else if (relkind === 'm')
      notCovered.push(`rows of materialized view ${relation.table} (made anew by a restore)`);
    else if (relkind === 'r' || relkind === 'p')
      relations.push({ ...relation, kind: relkind === 'p' ? 'partitioned' : 'table' });
  }
  return { relations, notCovered };
}
