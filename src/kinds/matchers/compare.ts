import type { Value } from '../../base/value.js';
import { field, isList, isMap } from '../../base/value.js';

/**
 * Whether two values are the same: numbers by value, lists in order, maps by their keys. A text never equals a
 * number, whatever it says.
 */
export function equal(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return order(a, b) === 0;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((x, i) => equal(x, b[i] as Value));
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => {
        const [x, y] = [field(a, key), field(b, key)];
        return x !== undefined && y !== undefined && equal(x, y);
      })
    );
  }
  return a === b;
}

export const isNumber = (value: Value): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));

/** JavaScript compares bigint and number exactly (ECMA-262, IsLessThan). */
const order = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z)?$/;
/** Fractions of one length, so that the order of texts is the order of times. */
const padded = (time: string): string =>
  time.replace(/(?:\.(\d{1,6}))?Z$/, (_, digits: string | undefined) => `.${(digits ?? '').padEnd(6, '0')}Z`);

/** Whether anything at all is smaller or greater: a number, or an ISO 8601 time in UTC. */
export const hasOrder = (value: Value): boolean =>
  isNumber(value) || (typeof value === 'string' && ISO_TIME.test(value));

/** −1, 0 or 1; undefined where the two have no order. Numbers have one, and ISO 8601 times in UTC. */
export function compare(a: Value, b: Value): number | undefined {
  if (isNumber(a) && isNumber(b)) return order(a, b);
  if (typeof a !== 'string' || typeof b !== 'string' || !ISO_TIME.test(a) || !ISO_TIME.test(b))
    return undefined;
  if (a.length > 10 !== b.length > 10) return undefined;
  const [x, y] = [padded(a), padded(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A text that is the same for equal values, so that sets need no pairwise comparison. */
export function identity(value: Value): string {
  // Beyond 2^53 the digits of a double are its shortest ones, not its own.
  if (isNumber(value)) return `n${Number.isInteger(value) ? BigInt(value) : value}`;
  if (isList(value)) return `[${value.map(identity).join(',')}]`;
  if (isMap(value))
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${identity(value[key] as Value)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}

/** How many characters, elements or entries; undefined for what has no size. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}
