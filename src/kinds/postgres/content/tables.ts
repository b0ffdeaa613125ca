import type { Result } from '../../../base/result.js';
import { ok } from '../../../base/result.js';
import { invariant } from '../../../base/invariant.js';
import type { Session } from '../../../ports/postgres.js';
import { quoteLiteral, quoteQualified } from '../../../base/sql.js';
import type { KindProblem } from '../../executor.js';
import { ask, textOf } from '../ask.js';
import type { Relation } from './relations.js';
import { readColumns, rowAlias, rowHashExpression } from './row-hash.js';

/** A type and not an interface, so that it is a `Value` and can be an output as it is. */
export type TableContent = {
  /** `schema.name`. */
  readonly table: string;
  readonly count: number;
  /** Sum of 64-bit row hashes, decimal digits; `0` for an empty table. Independent of the rows' order. */
  readonly hash: string;
};

/**
 * Count and hash of one table's own rows, children not included. A sum, because a row that is there twice would
 * take itself out of an exclusive or.
 */
const hashStatement = (relation: Pick<Relation, 'schema' | 'name' | 'oid'>, rowHash: string): string =>
  `SELECT ${quoteLiteral(relation.oid)}::text AS oid, pg_catalog.count(*)::text AS count, ` +
  `coalesce(pg_catalog.sum(${rowHash}::numeric), 0)::text AS hash ` +
  `FROM ONLY ${quoteQualified(relation.schema, relation.name)} AS ${rowAlias}`;

const maxBatchTables = 40;
const maxBatchPages = 2000;

/** Small tables share a statement: a round trip each would cost more than the counting. */
export function batches(relations: readonly Relation[]): readonly (readonly Relation[])[] {
  const result: Relation[][] = [];
  let pages = Infinity;
  for (const relation of relations) {
    const current = result.at(-1);
    if (current === undefined || current.length >= maxBatchTables || pages + relation.pages > maxBatchPages) {
      result.push([relation]);
      pages = relation.pages;
    } else {
      current.push(relation);
      pages += relation.pages;
    }
  }
  return result;
}

export async function hashTables(
  session: Session,
  relations: readonly Relation[],
): Promise<Result<readonly TableContent[], KindProblem>> {
  const leaves = relations.filter((r) => r.kind === 'table');
  const columns = await readColumns(session, leaves);
  if (!columns.ok) return columns;
  const statementOf = (leaf: Relation) =>
    hashStatement(leaf, rowHashExpression(columns.value.get(leaf.oid) ?? []));
  const found = new Map<string, { count: string; hash: string }>();
  for (const batch of batches(leaves)) {
    const rows = await ask(session, batch.map(statementOf).join('\nUNION ALL\n'));
    if (!rows.ok) return rows;
    for (const row of rows.value)
      found.set(textOf(row, 'oid'), { count: textOf(row, 'count'), hash: textOf(row, 'hash') });
  }
  return ok(
    leaves.map((leaf) => {
      const row = found.get(leaf.oid);
      invariant(row, `no count came back for ${leaf.table}`);
      return { table: leaf.table, count: Number(row.count), hash: row.hash };
    }),
  );
}
