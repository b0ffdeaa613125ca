import type { Change } from './change.js';
import { baseOf } from '../../base/ids.js';

/** A text without the iteration that it speaks of, and without the title of one. */
const anyIteration = (text: string | undefined): string =>
  (text ?? '').replace(/\b([CG]-\d{2,3}[a-z]?)\[[^\]]*\]/g, '$1[*]').replace(/\u201c[^\u201d]*\u201d/g, '');

/** What changed alike in every iteration of a loop is one change: `G-12[S1] and 3 more`. */
export function merged(changes: readonly Change[]): Change[] {
  const groups = new Map<string, Change[]>();
  changes.forEach((change, index) => {
    const { kind, weight, place, what, before, after } = change;
    const key = place.name.includes('[')
      ? JSON.stringify([
          kind,
          weight,
          baseOf(place.name),
          ...[what, before, after].map(anyIteration),
          place.path.slice(4),
        ])
      : String(index);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const more = group.length - 1;
    return [
      more === 0
        ? first
        : { ...first, place: { ...first.place, name: `${first.place.name} and ${more} more` } },
    ];
  });
}
