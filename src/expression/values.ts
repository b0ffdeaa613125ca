import type { Value, ValueMap } from '../base/value.js';
import { isList, isMap, valueMap } from '../base/value.js';
import { ExpressionFailure } from './failure.js';

/** Longest list that an expression may look at. */
export const MAX_LIST_LENGTH = 10_000;
const MAX_DEPTH = 64;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** What the library computes with: its ints are bigint, its doubles numbers, its maps bare objects. */
export type CelValue = null | boolean | bigint | number | string | readonly CelValue[] | object;

/** Both directions are remembered by identity, so that what an expression only passes on isn't copied. */
const toCelCache = new WeakMap<object, object>();
const originals = new WeakMap<object, Value>();

/**
 * A run's value as the library takes it. Fields of maps are converted when they are first read, so that a large
 * output costs nothing to an expression that doesn't look at it.
 */
export function toCel(value: Value): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'bigint') return inRange(value);
  if (!isList(value) && !isMap(value)) return value;
  const known = toCelCache.get(value);
  if (known) return known;
  const converted = isList(value) ? listToCel(value) : mapToCel(value);
  toCelCache.set(value, converted);
  originals.set(converted, value);
  return converted;
}

function inRange(value: bigint): bigint {
  if (value < MIN_INT64 || value > MAX_INT64)
    throw new ExpressionFailure('EXPRESSION_LIMIT', `${value} doesn't fit 64 bits; keep it as text`);
  return value;
}

function listToCel(list: readonly Value[]): readonly CelValue[] {
  if (list.length > MAX_LIST_LENGTH)
    throw new ExpressionFailure(
      'EXPRESSION_LIMIT',
      `a list of ${list.length} elements; expressions look at ${MAX_LIST_LENGTH} at most`,
    );
  return list.map(toCel);
}

function mapToCel(map: ValueMap): object {
  // The library tells what a thing is by its `constructor`, which here would be the user's.
  if (Object.hasOwn(map, 'constructor'))
    return new Map(Object.entries(map).map(([key, entry]) => [key, toCel(entry)]));
  const converted: object = Object.create(null) as object;
  for (const [key, entry] of Object.entries(map)) define(converted, key, entry);
  return converted;
}

function define(converted: object, key: string, entry: Value): void {
  // What can be refused (too long, beyond 64 bits) is refused only where it is looked at.
  const lazy = (typeof entry === 'object' && entry !== null) || typeof entry === 'bigint';
  const descriptor = lazy ? { get: () => toCel(entry) } : { value: toCel(entry) };
  Object.defineProperty(converted, key, { ...descriptor, enumerable: true, configurable: true });
}

/** A map that is only added to, and the one way to add. */
export interface GrowingMap<T extends Value> {
  readonly map: Readonly<Record<string, T>>;
  /** Under a key that is there already, the new value takes the old one's place. */
  readonly add: (key: string, value: T) => void;
}

/**
 * Its conversion grows with it: converting it anew after each of a run's thousand outputs would take time that grows
 * with their square. An expression that yields the whole map yields a copy, as it is then.
 */
export function growingMap<T extends Value>(): GrowingMap<T> {
  const map = Object.create(null) as Record<string, T>;
  const converted: object = Object.create(null) as object;
  toCelCache.set(map, converted);
  return {
    map,
    add: (key, value) => {
      map[key] = value;
      define(converted, key, value);
    },
  };
}

/** What the library yields as a run's value; types that a run doesn't know are failures. */
export function fromCel(value: unknown, depth = 0): Value {
  switch (typeof value) {
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : inRange(value);
    case 'number':
      if (Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
      throw new ExpressionFailure('EXPRESSION_TYPE', 'the result is not a finite number');
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : objectFromCel(value, depth);
    default:
      throw new ExpressionFailure('EXPRESSION_TYPE', `the result is a ${typeof value}, not a value`);
  }
}

function objectFromCel(value: object, depth: number): Value {
  const original = originals.get(value);
  if (original !== undefined) return original;
  if (depth > MAX_DEPTH) throw new ExpressionFailure('EXPRESSION_LIMIT', 'the result is nested too deep');
  if (Array.isArray(value)) return value.map((entry) => fromCel(entry, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype)
    throw new ExpressionFailure('EXPRESSION_TYPE', 'the result is of a type that a run has no place for');
  return valueMap(Object.entries(value).map(([key, entry]) => [key, fromCel(entry, depth + 1)] as const));
}

/** Compact JSON; integers beyond ±(2^53−1) stay digits, so that nothing is rounded. */
export function toCompactJson(value: Value): string {
  if (typeof value === 'bigint') return value.toString();
  if (isList(value)) return `[${value.map(toCompactJson).join(',')}]`;
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, entry]) => `${JSON.stringify(key)}:${toCompactJson(entry)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}

export const celToJson = (value: unknown): string => toCompactJson(fromCel(value));
