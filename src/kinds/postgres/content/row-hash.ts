import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import type { Session } from '../../../ports/postgres.js';
import { quoteIdentifier } from '../../../base/sql.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf, textsOf } from '../ask.js';
import type { Relation } from './relations.js';

export interface Column {
  readonly name: string;
  /** Oid of its type, decimal. */
  readonly type: string;
}

// A column can bear any name, also an alias': only `(alias.*)` is the row, whatever its columns are called.
export const rowAlias = '"gatebook row"';

const printedRow = `pg_catalog.hashtextextended((${rowAlias}.*)::text COLLATE "C", 0)`;

type Term = (column: string) => string;
const itself: Term = (column) => column;
const call =
  (name: string): Term =>
  (column) =>
    `pg_catalog.${name}(${column})`;
const bytes: Term = (column) => `${column} COLLATE "C"`;
const printed: Term = (column) => `${column}::text COLLATE "C"`;

/**
 * Built-in types, by their fixed oids. `itself` is for a type whose hash differs wherever its values do, the same on
 * every server (hash partitioning stands on it). Not so: bigint and timestamps, whose hash folds 64 bits into 32
 * (-1 like 4294967295); numeric, float and jsonb, where 1.0 is 1.00 and -0 is 0; enums, by oid; character(n), whose
 * hash and cast ignore blanks at the end, and whose bytes are sent in the client's encoding.
 */
const terms: ReadonlyMap<string, Term> = new Map([
  ['16', itself], // boolean
  ['17', itself], // bytea
  ['20', call('int8send')],
  ['21', itself], // smallint
  ['23', itself], // integer
  ['25', bytes], // text
  ['26', itself], // oid
  ['114', printed], // json
  ['700', printed], // real
  ['701', printed], // double precision
  ['1043', bytes], // character varying
  ['1082', itself], // date
  ['1114', call('timestamp_send')],
  ['1184', call('timestamptz_send')],
  ['1700', printed], // numeric
  ['2950', itself], // uuid
  ['3802', printed], // jsonb
]);

/**
 * The hash of a record is linear in its columns' hashes, so a sum over rows wouldn't see two rows exchange a value:
 * `hashint4extended` mixes it, as the seed, once more.
 */
function mixed(values: readonly string[]): string {
  return `pg_catalog.hashint4extended(0, pg_catalog.hash_record_extended(ROW(${values.join(', ')}), 0))`;
}

/** Column by column, from their bytes where that is safe. */
function recordHash(columns: readonly Column[]): string {
  const byBytes: string[] = [];
  const others: string[] = [];
  for (const { name, type } of columns) {
    const column = `${rowAlias}.${quoteIdentifier(name)}`;
    const term = terms.get(type);
    if (term) byBytes.push(term(column));
    else others.push(column);
  }
  // What isn't known well goes through its type's output function, which a cast to text needn't be.
  if (others.length > 0) byBytes.push(`ROW(${others.join(', ')})::text COLLATE "C"`);
  return mixed(byBytes);
}

/** An expression over `rowAlias`. A row without columns has nothing to hash but its text. */
export const rowHashExpression = (columns: readonly Column[]): string =>
  columns.length === 0 ? printedRow : recordHash(columns);

/**
 * What this server makes of constants, in letters of every encoding: one value of each kind that is hashed itself. On every version that we work
 * with it is the same, but a processor of another byte order hashes texts otherwise. Two sides can be compared only
 * where it is equal.
 */
const trialStatement = `SELECT ${mixed([
  'true',
  `'\\x00ff'::bytea`,
  '1::int2',
  '-1::int4',
  `'gatebook'::text COLLATE "C"`,
  '26::oid',
  `'2026-01-01'::date`,
  `'00000000-0000-0000-0000-000000000001'::uuid`,
  'NULL::text',
])}::text AS trial`;

export async function tryHashes(session: Session): Promise<Result<string, KindProblem>> {
  const rows = await ask(session, trialStatement);
  return rows.ok ? ok(textOf(rows.value[0] ?? {}, 'trial')) : rows;
}

/** By name: a restore may order an inherited table's columns otherwise. */
const columnsOf = `
  SELECT a.attrelid::text AS oid, pg_catalog.array_agg(a.attname::text ORDER BY a.attname COLLATE "C") AS names,
    pg_catalog.array_agg(a.atttypid::text ORDER BY a.attname COLLATE "C") AS types
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  GROUP BY a.attrelid`;

/** The columns of each relation, by its oid. */
export async function readColumns(
  session: Session,
  relations: readonly Pick<Relation, 'oid'>[],
): Promise<Result<ReadonlyMap<string, readonly Column[]>, KindProblem>> {
  const rows = await ask(session, columnsOf, [relations.map((r) => r.oid)]);
  if (!rows.ok) return rows;
  const found = rows.value.map((row): [string, readonly Column[]] => {
    const types = textsOf(row, 'types');
    return [textOf(row, 'oid'), textsOf(row, 'names').map((name, i) => ({ name, type: types[i] ?? '' }))];
  });
  return ok(new Map(found));
}
