import { meaning, same } from './same.js';

/** Two maps by their names: what is gone, what is new, what is another. */
export function byName<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): {
  readonly removed: readonly (readonly [string, T])[];
  readonly added: readonly (readonly [string, T])[];
  readonly changed: readonly { readonly name: string; readonly before: T; readonly after: T }[];
} {
  const has = (map: Readonly<Record<string, T>>, name: string) => Object.hasOwn(map, name);
  return {
    removed: Object.entries(before).filter(([name]) => !has(after, name)),
    added: Object.entries(after).filter(([name]) => !has(before, name)),
    changed: Object.entries(after).flatMap(([name, now]) => {
      const old = has(before, name) ? before[name] : undefined;
      return old === undefined || same(old, now) ? [] : [{ name, before: old, after: now }];
    }),
  };
}

/** Items of a list that the other hasn't. */
export function onlyIn<T>(list: readonly T[], other: readonly T[]): readonly T[] {
  const known = new Set(other.map(meaning));
  return list.filter((item) => !known.has(meaning(item)));
}
