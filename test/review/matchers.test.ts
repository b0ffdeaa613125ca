import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ok } from '../../src/base/result.js';
import type { Value } from '../../src/base/value.js';
import { match } from '../../src/kinds/matchers/match.js';
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
  ['anything but a value becomes that value', not(equals(0)), equals(0), 'other'],
  ['a type becomes a value of another', { op: 'is', type: 'string' }, equals(5), 'other'],
  ['nothing empty becomes the empty text', { op: 'empty', empty: false }, equals(''), 'other'],
  ['null becomes a bound', { op: 'equals', operand: null }, { op: 'gt', operand: 0 }, 'looser'],
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
    'looser',
  ],
  [
    'a set becomes what has to be in it',
    { op: 'set_equals', operand: ['a'], orEmpty: false },
    all('a'),
    'looser',
  ],
  [
    'what has to be there becomes a set',
    all('a'),
    { op: 'set_equals', operand: ['a'], orEmpty: false },
    'other',
  ],
  [
    'rows become a set',
    { op: 'rows_equal', operand: ['a'], orEmpty: false },
    { op: 'set_equals', operand: ['a'], orEmpty: false },
    'looser',
  ],
  ['alternatives become a pattern', oneOf('a', 'b'), { op: 'matches', operand: '^[a-z]$' }, 'looser'],
  ['as before becomes a bound', { op: 'unchanged_since', gate: 'G-01' }, { op: 'gte', operand: 0 }, 'looser'],
  ['less of a text', { op: 'contains', operand: 'ab' }, { op: 'contains', operand: 'a' }, 'looser'],
  ['more of a text', { op: 'contains', operand: 'a' }, { op: 'contains', operand: 'ab' }, 'other'],
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

  const small = fc.integer({ min: -1, max: 3 });
  const word = fc.constantFrom('', 'a', 'ab', 'b');
  const scalar = fc.oneof(small, word, fc.constantFrom(null, true));
  const items = fc.oneof(fc.array(word, { maxLength: 3 }), fc.array(small, { maxLength: 3 }));
  const orEmpty = fc.boolean();
  const observed = fc.oneof(
    scalar,
    items,
    fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }),
    fc.array(fc.record({ a: scalar }, { requiredKeys: [] }), { maxLength: 2 }),
  );
  const { matcher } = fc.letrec<{ matcher: Matcher }>((tie) => ({
    matcher: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.record({ op: fc.constant('equals'), operand: fc.oneof(scalar, items) }),
      fc.record({ op: fc.constantFrom('gt', 'gte', 'lt', 'lte'), operand: small }),
      fc.record({ op: fc.constantFrom('matches', 'contains'), operand: word }),
      fc.record({
        op: fc.constantFrom('one_of', 'contains_all', 'set_equals', 'rows_equal'),
        operand: items,
        orEmpty,
      }),
      fc.record({ op: fc.constant('between'), low: small, high: small }),
      fc.record({ op: fc.constant('empty'), empty: fc.boolean() }),
      fc.record({ op: fc.constant('exists'), exists: fc.boolean() }),
      fc.record({
        op: fc.constant('is'),
        type: fc.constantFrom('string', 'integer', 'boolean', 'list', 'object', 'null'),
      }),
      fc.record({ op: fc.constantFrom('not', 'length'), matcher: tie('matcher') }),
      fc.record({ op: fc.constantFrom('every', 'some'), matcher: tie('matcher'), orEmpty }),
      fc.record({
        op: fc.constant('all'),
        expectations: fc.uniqueArray(
          fc.record({ path: fc.constantFrom(['a'], ['b']), matcher: tie('matcher') }),
          { selector: ({ path }) => path[0], minLength: 1, maxLength: 2 },
        ),
      }),
    ) as fc.Arbitrary<Matcher>,
  }));
  const holds = (one: Matcher, value: Value): boolean => {
    const scope = { operand: (it: unknown) => ok(it as Value), baseline: () => undefined, path: [] };
    const verdict = match(one, { kind: 'value', value }, scope);
    return verdict.ok && verdict.value === null;
  };

  test('nothing is called tighter that lets pass what did not', () => {
    fc.assert(
      fc.property(matcher, matcher, fc.array(observed, { maxLength: 12 }), (before, after, values) => {
        if (tightness(before, after) !== 'tighter') return;
        for (const value of values)
          if (holds(after, value)) expect(holds(before, value), JSON.stringify(value)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});
