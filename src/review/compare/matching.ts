export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}
/** Which thing of the one list is which of the other. */
export interface Matching<T> {
  readonly pairs: readonly Pair<T>[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/** What two things must share to be taken for the same; null: this one can't be found that way. */
export type Likeness<T> = (thing: T, side: 'before' | 'after') => string | null;

/** Pairs what is most alike first; of several that are equally alike the first comes first. */
export function match<T>(
  before: readonly T[],
  after: readonly T[],
  likenesses: readonly Likeness<T>[],
): Matching<T> {
  const found = new Map<T, T>();
  const taken = new Set<T>();
  for (const likeness of likenesses) {
    const waiting = new Map<string, T[]>();
    for (const thing of after) {
      const key = taken.has(thing) ? null : likeness(thing, 'after');
      if (key !== null) waiting.set(key, [...(waiting.get(key) ?? []), thing]);
    }
    for (const thing of before) {
      const key = found.has(thing) ? null : likeness(thing, 'before');
      const other = key === null ? undefined : waiting.get(key)?.shift();
      if (other === undefined) continue;
      found.set(thing, other);
      taken.add(other);
    }
  }
  return {
    pairs: before.flatMap((thing) => {
      const other = found.get(thing);
      return other === undefined ? [] : [{ before: thing, after: other }];
    }),
    removed: before.filter((thing) => !found.has(thing)),
    added: after.filter((thing) => !taken.has(thing)),
  };
}

/** Of paired things in their old order, those that another one has overtaken: the fewest that explain the new order. */
export function moved<T>(pairs: readonly Pair<T>[], order: readonly T[]): readonly Pair<T>[] {
  const positions = pairs.map(({ after }) => order.indexOf(after));
  const stay = longestRise(positions);
  return pairs.filter((_, index) => !stay.has(index));
}

/** Indexes of a longest strictly rising subsequence. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  numbers.forEach((number, index) => {
    let at = tails.findIndex((tail) => (numbers[tail] ?? 0) >= number);
    if (at < 0) at = tails.length;
    previous[index] = tails[at - 1] ?? -1;
    tails[at] = index;
  });
  const rise = new Set<number>();
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) rise.add(index);
  return rise;
}
