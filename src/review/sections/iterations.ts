/** What every iteration of a loop does alike is told once, by the first of them. */
export interface Told<T> {
  readonly first: T;
  /** `C-10[S1] and 11 more`. */
  readonly id: string;
}

const iteration = /^([CG]-\d{2,3}[a-z]?)\[(.*)\]$/;

/** Groups things of the same loop whose words differ in nothing but the iteration's key. */
export function toldOnce<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  wordsOf: (thing: T) => string,
): readonly Told<T>[] {
  const groups = new Map<string, T[]>();
  things.forEach((thing, index) => {
    const [, base, key] = iteration.exec(idOf(thing)) ?? [];
    const words = key === undefined ? '' : wordsOf(thing).replaceAll(wholeWord(key), '*');
    const group = base === undefined ? String(index) : `${base} ${words}`;
    groups.set(group, [...(groups.get(group) ?? []), thing]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const more = group.length - 1;
    return [{ first, id: more === 0 ? idOf(first) : `${idOf(first)} and ${more} more` }];
  });
}

const wholeWord = (key: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${key.replaceAll(/[.\\]/g, '\\$&')}(?![A-Za-z0-9])`, 'g');
