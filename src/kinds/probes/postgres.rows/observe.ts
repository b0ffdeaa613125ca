import { counted } from '../../../base/words.js';
import type { Difference } from '../../postgres/content/compare.js';
import type { Content } from '../../postgres/content/capture.js';
import type { Args } from './schema.js';

type Like = NonNullable<Args['like']>;
type Row = {
  readonly table: string;
  readonly count: number | null;
  readonly hash: string | null;
  readonly expected_count: number | null;
  readonly expected_hash: string | null;
  /** In one word, for the row matrix of a report; null where there is nothing to compare with. */
  readonly content: 'equal' | 'differs' | 'missing' | null;
};
/** Types and not interfaces, so that an observation is a `Value`. */
export type Observation = {
  readonly tables: readonly Row[];
  readonly total: number;
  readonly differences: readonly string[];
  readonly roles_missing: readonly string[];
  readonly not_covered: readonly string[];
};

/** Counts alone tell that contents differ, never that they are equal. */
function contentOf(
  count: number | null,
  hash: string | null,
  expectedCount: number,
  expectedHash: string | null,
): Row['content'] {
  if (count === null) return 'missing';
  if (count !== expectedCount || (expectedHash !== null && hash !== expectedHash)) return 'differs';
  return expectedHash === null ? null : 'equal';
}

const totalOf = (content: Content): number => content.tables.reduce((sum, t) => sum + t.count, 0);

export const observeTables = (content: Content): Observation => ({
  tables: content.tables.map((t) => ({ ...t, expected_count: null, expected_hash: null, content: null })),
  total: totalOf(content),
  differences: [],
  roles_missing: [],
  not_covered: content.notCovered,
});

export function observeLike(
  like: Like,
  restored: Content,
  found: {
    readonly differences: readonly Difference[];
    readonly rolesMissing: readonly string[];
    readonly notCovered: readonly string[];
  },
): Observation {
  const there = new Map(restored.tables.map((t) => [t.table, t]));
  return {
    tables: like.map(({ table, count, hash }) => {
      const own = there.get(table);
      return {
        table,
        count: own?.count ?? null,
        hash: own?.hash ?? null,
        expected_count: count,
        expected_hash: hash ?? null,
        content: contentOf(own?.count ?? null, own?.hash ?? null, count, hash ?? null),
      };
    }),
    total: totalOf(restored),
    differences: found.differences.map((d) => d.words),
    roles_missing: found.rolesMissing,
    not_covered: found.notCovered,
  };
}

/** Against counts that somebody wrote down: a parent stands for its partitions there. */
export function observePlain(like: Like, content: Content): Observation {
  const leaves = new Map(content.tables.map((t) => [t.table, t]));
  const differences: string[] = [];
  const tables = like.map(({ table, count, hash = null }): Row => {
    const own = content.relations.filter((r) => r.askedAs.includes(table));
    const rows = own.flatMap((r) => leaves.get(r.table) ?? []);
    const found = own.length === 0 ? null : rows.reduce((sum, t) => sum + t.count, 0);
    // The hash is a sum over rows, so that of a whole is the sum of its parts'.
    const foundHash = own.length === 0 ? null : String(rows.reduce((sum, t) => sum + BigInt(t.hash), 0n));
    if (found === null) differences.push(`table ${table}: missing`);
    else if (found !== count) differences.push(`table ${table}: ${counted(found, 'row')}, expected ${count}`);
    else if (hash !== null && hash !== foundHash)
      differences.push(`table ${table}: ${counted(count, 'row')} as expected, but not the same`);
    const equal = contentOf(found, foundHash, count, hash);
    return {
      table,
      count: found,
      hash: foundHash,
      expected_count: count,
      expected_hash: hash,
      content: equal,
    };
  });
  return { tables, total: totalOf(content), differences, roles_missing: [], not_covered: content.notCovered };
}
