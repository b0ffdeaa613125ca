import { describe, expect, test } from 'vitest';
import { compare, equal, identity } from '../../../src/kinds/matchers/compare.js';

describe('equality', () => {
  test('a map with fewer or more keys is another, on whichever side', () => {
    expect(equal({}, { a: 1 })).toBe(false);
    expect(equal({ a: 1 }, {})).toBe(false);
    expect(equal({ a: 1 }, { b: 1 })).toBe(false);
  });
  test('what is not a number in the end is equal to none', () => {
    expect(equal(Number.NaN, 5)).toBe(false);
    expect(compare(Number.NaN, 5)).toBeUndefined();
  });
  test('the order of keys makes no other value', () => {
    expect(identity({ a: 1, b: 2 })).toBe(identity({ b: 2, a: 1 }));
  });
});

describe('the order of times', () => {
  test.each([
    ['2026-05-16', '2026-05-17'],
    ['2026-05-16T23:33:17Z', '2026-05-16T23:33:18Z'],
    ['2026-05-16T23:33:17Z', '2026-05-16T23:33:17.000001Z'],
    ['2026-05-16T23:33:17.25Z', '2026-05-16T23:33:17.3Z'],
  ])('%s is before %s', (earlier, later) => {
    expect(compare(earlier, later)).toBe(-1);
    expect(compare(later, earlier)).toBe(1);
    expect(compare(later, later)).toBe(0);
  });
  test('fractions of another length may be the same time', () => {
    expect(compare('2026-05-16T23:33:17.500Z', '2026-05-16T23:33:17.5Z')).toBe(0);
  });
  test.each([
    ['a date', '2026-05-16'],
    ['a time in another zone', '2026-05-16T23:33:17+02:00'],
    ['a time without a zone', '2026-05-16T23:33:17'],
    ['a time with text before it', 'at 2026-05-16T23:33:17Z'],
    ['a time with text after it', '2026-05-16T23:33:17Z or so'],
    ['a date with text after it', '2026-05-16, a Saturday'],
    ['a number', 20260516],
  ])('%s has none with a time in UTC', (_, other) => {
    expect(compare(other, '2026-05-16T00:00:00Z')).toBeUndefined();
    expect(compare('2026-05-16T00:00:00Z', other)).toBeUndefined();
  });
});
