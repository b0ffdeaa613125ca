import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Matcher } from '../../src/model/matcher.js';
import { tightness } from '../../src/review/compare/matchers.js';

const equals = (operand: number | string): Matcher => ({ op: 'equals', operand });
const oneOf = (...operand: string[]): Matcher => ({ op: 'one_of', operand, orEmpty: false });
const all = (...operand: string[]): Matcher => ({ op: 'contains_all', operand, orEmpty: false });
const not = (matcher: Matcher): Matcher => ({ op: 'not', matcher });
const at = (name: string, matcher: Matcher) => ({ path: [name], matcher });
const every = (...expectations: ReturnType<typeof at>[]): Matcher => ({
  op: 'every',
  matcher: { op: 'all', expectations },
  orEmpty: false,
});

const table: readonly (readonly [string, Matcher, Matcher, string])[] = [
  ['a value is another', equals(1), equals(2), 'other'],
  ['a value becomes a bound', equals(5), { op: 'gte', operand: 5 }, 'looser'],
  ['a bound becomes a value', { op: 'gte', operand: 5 }, equals(7), 'tighter'],
  ['a bound becomes a value that it refused', { op: 'gte', operand: 5 }, equals(3), 'other'],
  ['between loses its upper end', { op: 'between', low: 1, high: 5 }, { op: 'gte', operand: 1 }, 'looser'],
  ['a lower end becomes an upper one', { op: 'gte', operand: 5 }, { op: 'lte', operand: 5 }, 'other'],
  ['one more alternative', oneOf('a'), oneOf('a', 'b'), 'looser'],
  ['one alternative less', oneOf('a', 'b'), oneOf('a'), 'tighter'],
  ['not one more', not(oneOf('a')), not(oneOf('a', 'b')), 'tighter'],
  ['one must-have less', all('a', 'b'), all('a'), 'looser'],
  [
    'a pattern becomes mere presence',
    { op: 'matches', operand: '^a' },
    { op: 'exists', exists: true },
    'looser',
  ],
  [
    'mere presence becomes a pattern',
    { op: 'is', type: 'string' },
    { op: 'matches', operand: '^a' },
    'tighter',
  ],
  [
    'every row loses a field',
    every(at('a', equals(1)), at('b', equals(1))),
    every(at('a', equals(1))),
    'looser',
  ],
  [
    'every row gains a field',
    every(at('a', equals(1))),
    every(at('a', equals(1)), at('b', equals(1))),
    'tighter',
  ],
  [
    'every becomes some',
    every(at('a', equals(1))),
    { op: 'some', matcher: equals(1), orEmpty: false },
    'other',
  ],
  [
    'a refusal of any kind',
    { op: 'error', pattern: { sqlstate: '42501' } },
    { op: 'error', pattern: {} },
    'looser',
  ],
  [
    'another refusal',
    { op: 'error', pattern: { sqlstate: '42501' } },
    { op: 'error', pattern: { sqlstate: '1' } },
    'other',
  ],
];

describe('what a changed comparison lets pass', () => {
  test.each(table)('%s', (_name, before, after, expected) => {
    expect(tightness(before, after)).toBe(expected);
  });

  const bound = fc.record({
    op: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    operand: fc.integer({ min: -4, max: 4 }),
  });
  const passes = ({ op, operand }: { op: string; operand: number }, n: number): boolean =>
    op === 'gt' ? n > operand : op === 'gte' ? n >= operand : op === 'lt' ? n < operand : n <= operand;

  test('a bound is called tighter only where everything that passes now passed before', () => {
    const numbers = Array.from({ length: 41 }, (_, index) => (index - 20) / 2);
    fc.assert(
      fc.property(bound, bound, (before, after) => {
        const verdict = tightness(before as Matcher, after as Matcher);
        const more = numbers.some((n) => passes(after, n) && !passes(before, n));
        if (more) expect(verdict).not.toBe('tighter');
        if (verdict === 'looser') expect(more).toBe(true);
      }),
    );
  });
});
