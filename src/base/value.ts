/**
 * What flows through a run: params, data, outputs, observations.
 *
 * Integers are exact: one within ±(2^53−1) is a JS number, one beyond it a bigint. A double is a JS number
 * that isn't an integer. Everything that PostgreSQL gives as a 64-bit identifier stays a string.
 */
export type Value = null | boolean | number | bigint | string | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

/** What can be written as JSON without loss: a `Value` whose big integers have become strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const isList = (value: unknown): value is readonly Value[] => Array.isArray(value);

export const isMap = (value: Value | undefined): value is ValueMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own fields only: `constructor` and `__proto__` are ordinary keys of what comes from outside. */
export const field = (map: ValueMap, key: string): Value | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** A map without a prototype, so that no key of a user's can mean something to the engine. */
export function valueMap(entries: Iterable<readonly [string, Value]>): ValueMap {
  const map = Object.create(null) as Record<string, Value>;
  for (const [key, value] of entries) map[key] = value;
  return map;
}

/** For the journal and report.json: a big integer becomes its decimal digits. */
export function toJson(value: Value): Json {
  if (typeof value === 'bigint') return value.toString();
  if (isList(value)) return value.map(toJson);
  if (isMap(value)) {
    const map = Object.create(null) as Record<string, Json>;
    for (const [key, entry] of Object.entries(value)) map[key] = toJson(entry);
    return map;
  }
  return value;
}
