import { describe, expect, test } from 'vitest';
import { err, ok } from '../../../src/base/result.js';
import type { Result } from '../../../src/base/result.js';
import type { Value } from '../../../src/base/value.js';
import type { KindProblem } from '../../../src/kinds/executor.js';
import { evaluateExpectations } from '../../../src/kinds/matchers/index.js';
import type { MatchResult, Observation } from '../../../src/kinds/matchers/index.js';
import type { Expectation, Matcher } from '../../../src/model/matcher.js';
import type { Expression, Template } from '../../../src/model/template.js';

const broken: KindProblem = { code: 'ABSENT', message: 'absent' };
const assertion = { source: 'value.n > 0' } as Expression;
interface Asked {
  readonly expect?: readonly Expectation[];
  /** What the assertion yields; without it the gate has none. */
  readonly yields?: Result<Value, KindProblem>;
}
const evaluate = ({ expect = [], yields }: Asked, observation: Observation) =>
  evaluateExpectations({ expect, ...(yields !== undefined && { assert: assertion }) }, observation, {
    operand: (template: Template) => (template === 'BROKEN' ? err(broken) : ok(template as Value)),
    assert: () => yields ?? err(broken),
    baseline: () => undefined,
  });
function concluded(asked: Asked, observed: Value): MatchResult {
  const result = evaluate(asked, { observed });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const at = (path: Expectation['path'], matcher: Matcher): Expectation => ({ path, matcher });
const equals = (operand: Template): Matcher => ({ op: 'equals', operand });

describe('an assertion', () => {
  test('has to be true', () => {
    expect(concluded({ yields: ok(true) }, { n: 1 }).passed).toBe(true);
    const failed = concluded({ yields: ok(false) }, { n: 0 });
    expect(failed).toMatchObject({ passed: false, expected: { assert: 'value.n > 0' } });
    expect(failed.difference?.words[0]).toContain('expected value.n > 0');
  });
  test('has to be true beside expectations that hold, and they beside it', () => {
    expect(concluded({ expect: [at(['n'], equals(0))], yields: ok(false) }, { n: 0 }).passed).toBe(false);
    expect(concluded({ expect: [at(['n'], equals(1))], yields: ok(true) }, { n: 0 }).passed).toBe(false);
  });
  test('that yields no boolean, or nothing, is an error and no mismatch', () => {
    expect(evaluate({ yields: ok(1) }, { observed: 1 })).toMatchObject({
      error: { code: 'EXPRESSION_TYPE' },
    });
    expect(evaluate({ yields: err(broken) }, { observed: 1 })).toEqual(err(broken));
  });
  test('has nothing to look at where the probe was refused as expected', () => {
    const expected = [at([], { op: 'error', pattern: { sqlstate: '42501' } })];
    const problem: KindProblem = { code: 'SQL_ERROR', sqlstate: '42501', message: 'denied' };
    expect(evaluate({ expect: expected, yields: ok(true) }, { problem })).toMatchObject({
      error: { code: 'ABSENT' },
    });
  });
});

describe('what was expected is recorded with its values', () => {
  test.each<[Matcher, unknown]>([
    [{ op: 'between', low: 1, high: 3 }, { between: [1, 3] }],
    [{ op: 'every', matcher: equals('a'), orEmpty: false }, { every: { equals: 'a' } }],
    [{ op: 'not', matcher: { op: 'empty', empty: true } }, { not: { empty: true } }],
    [{ op: 'is', type: 'list' }, { is: 'list' }],
    [{ op: 'exists', exists: true }, { exists: true }],
    [
      { op: 'all', expectations: [at(['a'], equals(1)), at(['b'], { op: 'gt', operand: 2 })] },
      { a: { equals: 1 }, b: { gt: 2 } },
    ],
    [
      { op: 'error', pattern: { sqlstate: '42501', exit_code: 3 } },
      { error: { sqlstate: '42501', exit_code: 3 } },
    ],
  ])('%j', (matcher, recorded) => {
    expect(concluded({ expect: [at(['x'], matcher)] }, { x: 'b' }).expected).toEqual({ x: recorded });
  });
  test('two matchers of one path stand side by side', () => {
    const expected = [at(['n'], { op: 'gt', operand: 0 }), at(['n'], { op: 'lt', operand: 9 })] as const;
    expect(concluded({ expect: expected }, { n: 5 }).expected).toEqual({ n: { gt: 0, lt: 9 } });
  });
  test('an operand that has no value is an error wherever it stands, also where nothing is there to compare', () => {
    const matchers: readonly Matcher[] = [
      { op: 'between', low: 'BROKEN', high: 3 },
      { op: 'between', low: 1, high: 'BROKEN' },
      { op: 'not', matcher: { op: 'every', matcher: equals('BROKEN'), orEmpty: false } },
      { op: 'all', expectations: [at([], equals('BROKEN'))] },
      { op: 'error', pattern: { code: 'BROKEN' } },
    ];
    for (const matcher of matchers)
      expect([matcher, evaluate({ expect: [at(['x'], matcher)] }, { observed: {} })]).toEqual([
        matcher,
        err(broken),
      ]);
  });
});

describe('what differs', () => {
  const rows = (count: number): Value[] => Array.from({ length: count }, (_, n) => ({ n }));
  const rowsEqual = (operand: Value[]): Asked => ({
    expect: [at(['rows'], { op: 'rows_equal', operand: operand as Template, orEmpty: false })],
  });
  test('is recorded cell by cell: what was expected, what was there, and what was not', () => {
    const { difference } = concluded(rowsEqual([{ n: 1, m: { x: 1 } }, { n: 2 }]), {
      rows: [{ n: 1, m: { x: 2 } }],
    });
    expect(difference).toEqual({
      words: ['rows: [0].m.x: expected 1, observed 2', 'rows: [1]: expected n 2, observed nothing'],
      detail: {
        rows: {
          cells: [
            { row: 0, column: 'm.x', expected: 1, observed: 2 },
            { row: 1, column: null, expected: { n: 2 } },
          ],
        },
      },
    });
  });
  test('is told to a tenth line, and how much more there is', () => {
    const told = (count: number) => concluded(rowsEqual(rows(count)), { rows: [] }).difference?.words ?? [];
    expect(told(10)).toHaveLength(10);
    expect(told(12)).toHaveLength(11);
    expect(told(12).at(-1)).toContain('and 2 further differences');
  });
  test('shows of what was observed the part that failed', () => {
    const asked = { expect: [at(['a'], equals(1)), at(['b'], equals(1))] };
    expect(concluded(asked, { a: 1, b: 2 }).observedWords).toBe('b 2');
    expect(concluded(asked, { a: 1, b: 1 }).observedWords).toBe('a 1; b 1');
  });
});
