import { isList, isMap, type Value } from '../base/value.js';
import type { KindProblem } from '../kinds/executor.js';

/** A journal's record holds what was observed, what was expected and the difference: three of these. */
const maxValueLength = 8 * 1024 * 1024;

/** Whether a value is small enough for the journal, as JSON. */
export const fits = (value: Value): boolean => left(value, maxValueLength) >= 0;

/** What isn't recorded can't be evidence: a value that is too large is an error, never cut silently. */
export const tooLarge = (value: Value): KindProblem | null =>
  fits(value)
    ? null
    : {
        code: 'RESULT_TOO_LARGE',
        message: `what it yields is larger than ${maxValueLength / 2 ** 20} MiB, which is more than a report can hold`,
        next: 'count, aggregate or hash where it comes from, or ask for less of it',
      };

/** What of so many characters is left; negative where they aren't enough, found without writing it all. */
function left(value: Value, length: number): number {
  if (typeof value === 'string')
    return length - (value.length > length ? value.length : JSON.stringify(value).length);
  if (!isList(value) && !isMap(value)) return length - String(value).length;
  let rest = length - 2;
  const entries: readonly (readonly [string, Value])[] = isList(value)
    ? value.map((item) => ['', item] as const)
    : Object.entries(value);
  for (const [key, entry] of entries) {
    rest = left(entry, rest - key.length - 4);
    if (rest < 0) break;
  }
  return rest;
}
