import type { CatalogEntry } from './catalog.js';
import type { Content } from './content.js';
import { sequenceDifference } from './sequences.js';

export type Difference = {
  readonly of: 'table' | 'sequence' | 'catalog' | 'large objects' | 'role';
  /** `schema.name`, or `kind schema.name` in the catalog. */
  readonly name: string;
  readonly words: string;
};

/** What is compared of a backup's content; the rest of `Content` is for making it. */
export type Compared = Pick<Content, 'tables' | 'sequences' | 'catalog' | 'largeObjects'> & {
  /** The sequences once more, after the dump: they move outside any snapshot. */
  readonly sequencesAfter?: Content['sequences'];
};

export interface CompareOptions {
  /** Owners and privileges too (default). Off where the restore was told to leave roles out. */
  readonly roles?: boolean;
  /** A table or object that only the restored side has is a difference (default). */
  readonly extra?: boolean;
}

/** Every way in which `restored` isn't `source`; empty means equal. */
export function compareContent(
  source: Compared,
  restored: Compared,
  options: CompareOptions = {},
): readonly Difference[] {
  return [
    ...compareTables(source, restored, options),
    ...compareSequences(source, restored),
    ...compareCatalog(source.catalog, restored.catalog, options),
    ...compareLargeObjects(source, restored),
  ];
}

function compareTables(source: Compared, restored: Compared, options: CompareOptions): Difference[] {
  const there = new Map(restored.tables.map((t) => [t.table, t]));
  const differences: Difference[] = [];
  const add = (name: string, words: string) => differences.push({ of: 'table', name, words });
  for (const { table, count, hash } of source.tables) {
    const found = there.get(table);
    there.delete(table);
    if (!found) add(table, `table ${table}: missing`);
    else if (found.count !== count) add(table, `table ${table}: ${found.count} rows, expected ${count}`);
    else if (found.hash !== hash)
      add(
        table,
        `table ${table}: ${count} rows as expected, but not the same (hash ${found.hash}, expected ${hash})`,
      );
  }
  if (options.extra !== false)
    for (const table of there.keys()) add(table, `table ${table}: not in the source`);
  return differences;
}

function compareSequences(source: Compared, restored: Compared): Difference[] {
  const there = new Map(restored.sequences.map((s) => [s.sequence, s]));
  const after = new Map((source.sequencesAfter ?? source.sequences).map((s) => [s.sequence, s]));
  return source.sequences.flatMap((before): Difference[] => {
    const found = there.get(before.sequence);
    const words = found
      ? sequenceDifference(before, found, after.get(before.sequence) ?? before)
      : `sequence ${before.sequence}: missing`;
    return words === null ? [] : [{ of: 'sequence', name: before.sequence, words }];
  });
}

function compareCatalog(
  source: readonly CatalogEntry[],
  restored: readonly CatalogEntry[],
  options: CompareOptions,
): Difference[] {
  const key = (e: CatalogEntry) => `${e.kind} ${e.name}`;
  const there = new Map(restored.map((e) => [key(e), e]));
  const differences: Difference[] = [];
  const add = (name: string, words: string) =>
    differences.push({ of: 'catalog', name, words: `${name}: ${words}` });
  const roles = options.roles !== false;
  for (const entry of source) {
    if (!roles && entry.kind === 'default privileges') continue;
    const name = key(entry);
    const found = there.get(name);
    there.delete(name);
    if (!found) add(name, 'missing');
    else {
      if (found.definition !== entry.definition) add(name, 'defined differently');
      if (roles && found.owner !== entry.owner) add(name, `owner is ${found.owner}, expected ${entry.owner}`);
      if (roles && found.acl !== entry.acl)
        add(name, `privileges are "${found.acl}", expected "${entry.acl}"`);
    }
  }
  if (options.extra !== false) for (const name of there.keys()) add(name, 'not in the source');
  return differences;
}

function compareLargeObjects(source: Compared, restored: Compared): Difference[] {
  const [is, expected] = [restored.largeObjects, source.largeObjects];
  if (expected === null || (is?.count === expected.count && is.hash === expected.hash)) return [];
  const words =
    is?.count === expected.count
      ? `${expected.count} as expected, but not the same`
      : `${is?.count ?? 0}, expected ${expected.count}`;
  return [{ of: 'large objects', name: 'large objects', words: `large objects: ${words}` }];
}
