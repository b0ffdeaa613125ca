import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { isList, isMap, valueMap, type Value } from '../base/value.js';
import { toText } from './evaluate.js';

/** One item of a loop. A list's items are their own keys. */
export interface Iteration {
  readonly key: string;
  readonly value: Value;
}
/** Why nothing can be looped over; the message goes on after `for_each of C-02`. */
export interface LoopProblem {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

const MAX_ITERATIONS = 1000;
const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What can stand in the brackets of an iteration's id. */
export const isIterationKey = (key: string): boolean => KEY.test(key);

/** What `for_each` runs over, in order. */
export function iterationsOver(items: Value): Result<readonly Iteration[], LoopProblem> {
  const entries = isMap(items)
    ? Object.entries(items)
    : isList(items)
      ? items.map((item) => [toText(item), item] as const)
      : null;
  if (entries === null)
    return refuse(
      'GB2602',
      'is not a map or a list',
      'write {S1: …} or an expression over data that yields one',
    );
  if (entries.length === 0)
    return refuse('GB2603', 'is empty', 'a loop over nothing would pass without having looked');
  if (entries.length > MAX_ITERATIONS)
    return refuse('GB2603', `has ${entries.length} items`, `at most ${MAX_ITERATIONS} are run`);
  const bad = entries.find(([key]) => !isIterationKey(key));
  if (bad)
    return refuse(
      'GB2604',
      `has the key ${JSON.stringify(bad[0])}`,
      'a key has letters, digits, ., _ and -, at most 64',
    );
  if (new Set(entries.map(([key]) => key)).size < entries.length)
    return refuse('GB2604', 'has the same key twice', 'each iteration needs an id of its own');
  return ok(entries.map(([key, value]) => ({ key, value })));
}

const refuse = (code: string, message: string, next: string): Result<never, LoopProblem> =>
  err({ code, message, next });

/** What `each` is inside an iteration. */
export const eachOf = ({ key, value }: Iteration): Value =>
  valueMap([
    ['key', key],
    ['value', value],
  ]);
