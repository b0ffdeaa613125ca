import { counted, grouped } from '../../../base/words.js';
import type { CatalogEntry } from '../catalog/capture.js';
import { isOfInitdb, isUndumped } from '../catalog/not-covered.js';
import { differingParts } from '../catalog/parts.js';
import type { Content } from './capture.js';
import { privilegeDifference, withoutRoles } from './privileges.js';
import { sequenceDifference } from './sequences.js';

export type Difference = {
  readonly of: 'table' | 'sequence' | 'catalog' | 'large objects' | 'role';
  /** `schema.name`, or `kind schema.name` in the catalog. */
  readonly name: string;
  readonly words: string;
};

/** What is compared of a backup's content; the rest of `Content` is for making it. */
export type Compared = Pick<Content, 'tables' | 'sequences' | 'catalog' | 'largeObjects' | 'major'> & {
  /** The sequences once more, after the dump: they move outside any snapshot. */
  readonly sequencesAfter?: Content['sequences'];
};

export interface CompareOptions {
  /** Roles that the restored side doesn't have: what needs one of them isn't compared. */
  readonly missingRoles?: readonly string[];
}

/** Every way in which `restored` isn't `source`; empty means equal. */
export function compareContent(
  source: Compared,
  restored: Compared,
  options: CompareOptions = {},
): readonly Difference[] {
  const otherwise = otherPrint(source, restored);
  const printed = (one: Difference): Difference => ({ ...one, words: one.words + otherwise });
  return [
    ...compareTables(source, restored).map(printed),
    ...compareSequences(source, restored),
    ...compareCatalog(source.catalog, restored.catalog, options).map(printed),
    ...compareLargeObjects(source, restored),
  ];
}

/**
 * Where another version was asked for, a difference may be one of its words: 16 writes views otherwise, 17 has one
 * privilege more on each table, and in 18 a column that is NOT NULL has a constraint.
 */
const otherPrint = (source: Compared, restored: Compared): string =>
  source.major === restored.major
    ? ''
    : ` (this is PostgreSQL ${restored.major}, the source ${source.major}: they print some things otherwise)`;

/** By name. One that two bear, having dots of their own, gets a number: both sides list them in one order. */
function byName<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T> {
  const found = new Map<string, T>();
  for (const item of items) {
    const name = nameOf(item);
    let key = name;
    for (let n = 2; found.has(key); n += 1) key = `${name} (${n})`;
    found.set(key, item);
  }
  return found;
}

function compareTables(source: Compared, restored: Compared): Difference[] {
  const there = byName(restored.tables, (t) => t.table);
  const differences: Difference[] = [];
  const add = (name: string, words: string) => differences.push({ of: 'table', name, words });
  for (const [table, { count, hash }] of byName(source.tables, (t) => t.table)) {
    const found = there.get(table);
    there.delete(table);
    if (!found) add(table, `table ${table}: missing`);
    else if (found.count !== count)
      add(table, `table ${table}: ${counted(found.count, 'row')}, expected ${grouped(count)}`);
    else if (found.hash !== hash)
      add(
        table,
        `table ${table}: ${counted(count, 'row')} as expected, but not the same (hash ${found.hash}, expected ${hash})`,
      );
  }
  for (const table of there.keys()) add(table, `table ${table}: not in the source`);
  return differences;
}

function compareSequences(source: Compared, restored: Compared): Difference[] {
  const nameOf = (s: { readonly sequence: string }): string => s.sequence;
  const there = byName(restored.sequences, nameOf);
  const after = byName(source.sequencesAfter ?? source.sequences, nameOf);
  return [...byName(source.sequences, nameOf)].flatMap(([name, before]): Difference[] => {
    const found = there.get(name);
    const words = found
      ? sequenceDifference(before, found, after.get(name) ?? before)
      : `sequence ${name}: missing`;
    return words === null ? [] : [{ of: 'sequence', name, words }];
  });
}

function compareCatalog(
  source: readonly CatalogEntry[],
  restored: readonly CatalogEntry[],
  { missingRoles = [] }: CompareOptions,
): Difference[] {
  const nameOf = (e: CatalogEntry): string => `${e.kind} ${e.name}`;
  const absent = new Set(missingRoles);
  const there = byName(restored, nameOf);
  const differences: Difference[] = [];
  const add = (name: string, words: string) =>
    differences.push({ of: 'catalog', name, words: `${name}: ${words}` });
  for (const [name, entry] of byName(source, nameOf)) {
    const found = there.get(name);
    there.delete(name);
    // It is named with what isn't covered.
    if (isUndumped(entry)) continue;
    if (!found) {
      if (!(absent.size > 0 && namedByRole.has(entry.kind))) add(name, 'missing');
      continue;
    }
    if (found.definition !== entry.definition)
      add(name, `defined differently${differingParts(found.parts, entry.parts)}`);
    if (found.comment !== entry.comment) add(name, 'its comment is another');
    // Without its owner an object has another, and privileges that begin with that one.
    if (absent.has(entry.owner)) continue;
    if (found.owner !== entry.owner) add(name, `owner is ${found.owner}, expected ${entry.owner}`);
    const privileges = privilegeDifference(
      { ...found, acl: withoutRoles(found.acl, absent) },
      { ...entry, acl: withoutRoles(entry.acl, absent) },
    );
    if (privileges !== null) add(name, privileges);
  }
  for (const [name, entry] of there)
    if (!isNew(name, entry) && !(absent.size > 0 && entry.kind === 'large objects'))
      add(name, 'not in the source');
  return differences;
}

/** A dump doesn't say that its source has dropped it; a throwaway server needs it to mark its log. */
const inEveryNew: ReadonlySet<string> = new Set(['extension plpgsql', 'language plpgsql']);
/** An extension comes with its own comment, and a dump doesn't say that its source has none. */
const isNew = (name: string, entry: CatalogEntry): boolean =>
  inEveryNew.has(name) || isOfInitdb(entry) || entry.kind === 'comment on extension';

/** Their names say a role, so that they bear another one, or aren't there, where it is missing. */
const namedByRole: ReadonlySet<string> = new Set(['default privileges', 'large objects']);

function compareLargeObjects(source: Compared, restored: Compared): Difference[] {
  const [is, expected] = [restored.largeObjects, source.largeObjects];
  if (expected === null || (is?.count === expected.count && is.hash === expected.hash)) return [];
  const words =
    is?.count === expected.count
      ? `${expected.count} as expected, but not the same`
      : `${is?.count ?? 0}, expected ${expected.count}`;
  return [{ of: 'large objects', name: 'large objects', words: `large objects: ${words}` }];
}
