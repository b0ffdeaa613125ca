import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ok } from '../../../src/base/result.js';
import { valueMap, type Value } from '../../../src/base/value.js';
import { equal } from '../../../src/kinds/matchers/compare.js';
import { evaluateExpectations } from '../../../src/kinds/matchers/index.js';
import { match } from '../../../src/kinds/matchers/match.js';
import type { Matcher } from '../../../src/model/matcher.js';

const baseline = (): Value => valueMap([['rows', ['a', 'b', 'c']]]);
const scope = { operand: (template: unknown) => ok(template as Value), baseline, path: [] };
const passes = (matcher: Matcher, value: Value, path: readonly string[] = []): boolean => {
  const verdict = match(matcher, { kind: 'value', value }, { ...scope, path });
  return verdict.ok && verdict.value === null;
};
const not = (matcher: Matcher): Matcher => ({ op: 'not', matcher });
const overLists = (op: 'set_equals' | 'rows_equal' | 'one_of', operand: readonly Value[]): Matcher => ({
  op,
  operand,
  orEmpty: true,
});

/** Values that lie close together, so that pairs of them often look alike. */
const integer = fc.constantFrom(0, 1, 5, 60, 1e21, 2 ** 53, 2 ** 60, -(2 ** 60));
const scalar: fc.Arbitrary<Value> = fc.oneof(
  integer,
  integer.map(BigInt),
  integer.map((n) => BigInt(n) + 1n),
  integer.map(String),
  fc.constantFrom<Value>(null, true, false, 'true', '', -0, 0.5, 'é', 'e\u0301', [], valueMap([])),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc
    .dictionary(fc.constantFrom('a', 'b', '__proto__'), scalar, { maxKeys: 2 })
    .map((it) => valueMap(Object.entries(it))),
);
const list = fc.array(value, { maxLength: 4 });

/** Equality by how JavaScript orders numbers and big integers, and by nothing of ours. */
function same(a: Value, b: Value): boolean {
  const number = (it: Value): it is number | bigint => typeof it === 'number' || typeof it === 'bigint';
  if (number(a) && number(b)) return a <= b && a >= b;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [x, y] = [Object.entries(a), Object.entries(b)] as (readonly [string, Value])[][];
  if (Array.isArray(a) !== Array.isArray(b) || x?.length !== y?.length) return false;
  return x?.every(([key, one]) => y?.some(([other, two]) => key === other && same(one, two))) === true;
}
const within = (items: readonly Value[], one: Value): boolean => items.some((item) => same(item, one));

describe('what is equal', () => {
  test('is what a second opinion calls equal', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(equal(a, b)).toBe(same(a, b));
      }),
      { numRuns: 1000 },
    );
  });
  test('makes the same sets and rows, and the difference told is the true one', () => {
    fc.assert(
      fc.property(list, list, (observed, expected) => {
        const isSet =
          observed.every((x) => within(expected, x)) && expected.every((x) => within(observed, x));
        expect(passes(overLists('set_equals', expected), observed)).toBe(isSet);
        expect(passes(overLists('rows_equal', expected), observed)).toBe(same(observed, expected));
        const verdict = match(overLists('set_equals', expected), { kind: 'value', value: observed }, scope);
        if (!verdict.ok || verdict.value === null) return;
        const detail = verdict.value.detail as { missing: readonly Value[]; extra: readonly Value[] };
        for (const item of expected) expect(within(detail.missing, item)).toBe(!within(observed, item));
        for (const item of observed) expect(within(detail.extra, item)).toBe(!within(expected, item));
      }),
      { numRuns: 1000, examples: [[[2 ** 60], [2n ** 60n]]] },
    );
  });
  test('a number and its digits are told apart by no `not`, however deep they stand', () => {
    const wrapped = fc.constantFrom<(it: Value) => Value>(
      (it) => it,
      (it) => [it],
      (it) => valueMap([['a', it]]),
      (it) => [valueMap([['a', [it]]])],
    );
    fc.assert(
      fc.property(integer, wrapped, fc.boolean(), (n, wrap, flip) => {
        const [observed, wanted] = flip ? [wrap(n), wrap(String(n))] : [wrap(String(n)), wrap(n)];
        expect(passes(not({ op: 'equals', operand: wanted as never }), observed)).toBe(false);
        expect(passes(not({ op: 'contains', operand: wanted as never }), [observed])).toBe(false);
        for (const op of ['set_equals', 'rows_equal'] as const)
          expect(passes(not(overLists(op, [wanted])), [observed]), op).toBe(false);
        expect(passes(not(overLists('one_of', [null, wanted])), observed)).toBe(false);
      }),
    );
  });
});

test('a value that has become of another type has changed', () => {
  expect(passes(not({ op: 'unchanged_since', gate: 'G-01' }), ['a', 'b', 3], ['rows'])).toBe(true);
});

test('a length is compared with the length that was', () => {
  const asBefore: Matcher = { op: 'length', matcher: { op: 'unchanged_since', gate: 'G-01' } };
  expect(passes(asBefore, ['x', 'y', 'z'], ['rows'])).toBe(true);
  expect(passes(asBefore, ['a', 'b'], ['rows'])).toBe(false);
});

test('the record of what was asked for holds both of two matchers on one path', () => {
  const asked = (path: readonly string[]) => [
    { path, matcher: { op: 'gt', operand: 1 } as const },
    { path, matcher: { op: 'lt', operand: 5 } as const },
  ];
  const result = evaluateExpectations(
    {
      expect: [
        {
          path: ['rows'],
          matcher: { op: 'every', orEmpty: false, matcher: { op: 'all', expectations: asked(['n']) } },
        },
        { path: ['rows'], matcher: { op: 'length', matcher: { op: 'all', expectations: asked([]) } } },
      ],
    },
    { observed: { rows: [{ n: 2 }, { n: 3 }] } },
    {
      operand: (template) => ok(template as Value),
      assert: () => ok<Value>(true),
      baseline: () => undefined,
    },
  );
  expect(result.ok && result.value.passed).toBe(true);
  expect(result.ok && result.value.expected).toEqual({
    rows: { every: { n: { gt: 1, lt: 5 } }, length: { '': { gt: 1, lt: 5 } } },
  });
});
