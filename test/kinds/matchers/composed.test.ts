import { describe, expect, test } from 'vitest';
import { err, ok } from '../../../src/base/result.js';
import type { Value } from '../../../src/base/value.js';
import type { KindProblem } from '../../../src/kinds/executor.js';
import { evaluateExpectations } from '../../../src/kinds/matchers/index.js';
import type { Expectation, Matcher } from '../../../src/model/matcher.js';

const context = {
  operand: (template: unknown) => ok(template as Value),
  assert: () => ok<Value>(true),
  baseline: (gate: string): Value | undefined => (gate === 'G-01' ? { id: 'x', ids: [1, 2] } : undefined),
};
const run = (matcher: Matcher, observed: Value, path: Expectation['path'] = []) =>
  evaluateExpectations({ expect: [{ path, matcher }] }, { observed }, context);
const passes = (...asked: Parameters<typeof run>): boolean | string => {
  const result = run(...asked);
  return result.ok ? result.value.passed : result.error.code;
};
const equals = (operand: number | string): Matcher => ({ op: 'equals', operand });
const unchanged = (gate: string): Matcher => ({ op: 'unchanged_since', gate });

describe('several expectations of one value', () => {
  const both: Matcher = {
    op: 'all',
    expectations: [
      { path: ['a'], matcher: equals(1) },
      { path: ['b'], matcher: equals(2) },
    ],
  };
  test('all have to hold: the last as well as the first', () => {
    expect(passes(both, { a: 1, b: 2 })).toBe(true);
    expect(passes(both, { a: 1, b: 0 })).toBe(false);
    expect(passes(both, { a: 0, b: 2 })).toBe(false);
  });
  test('none is not enough', () => {
    expect(passes({ op: 'all', expectations: [] }, { a: 1 })).toBe(false);
  });
  test('each is compared with its own place in the earlier observation', () => {
    const same: Matcher = { op: 'all', expectations: [{ path: ['id'], matcher: unchanged('G-01') }] };
    expect(passes(same, { id: 'x', ids: [] })).toBe(true);
    expect(passes(same, { id: 'y', ids: [1, 2] })).toBe(false);
  });
});

test.each(['set_equals', 'rows_equal'] as const)('%s or_empty is no leave to lack what is expected', (op) => {
  expect(passes({ op, operand: ['a'], orEmpty: true }, [])).toBe(false);
  expect(passes({ op, operand: [], orEmpty: true }, ['a'])).toBe(false);
});

describe('each element', () => {
  const same: Matcher = { op: 'every', matcher: unchanged('G-01'), orEmpty: false };
  test('is compared with its own place in the earlier observation', () => {
    expect(passes(same, [1, 2], ['ids'])).toBe(false);
    expect(passes(same, { ids: [1, 2] }, ['ids'])).toBe(true);
    expect(passes(same, { ids: [2, 1] }, ['ids'])).toBe(false);
  });
  test.each(['every', 'some'] as const)('without a baseline is an error, under `not` %s too', (op) => {
    const matcher: Matcher = { op, matcher: unchanged('G-09'), orEmpty: false };
    expect(passes({ op: 'not', matcher }, [1])).toBe('BASELINE_MISSING');
    const inAll: Matcher = { op: 'all', expectations: [{ path: [0], matcher: unchanged('G-09') }] };
    expect(passes({ op: 'not', matcher: inAll }, [1])).toBe('BASELINE_MISSING');
  });
  test('is found by its number', () => {
    expect(passes(equals(2), { ids: [1, 2] }, ['ids', 1])).toBe(true);
    expect(passes(equals(1), { ids: [1, 2] }, ['ids', 1])).toBe(false);
    expect(passes({ op: 'exists', exists: true }, [1], [1])).toBe(false);
  });
});

describe('a refusal that is expected by its code', () => {
  const refused: KindProblem = { code: 'SQL_ERROR', sqlstate: '42501', message: 'permission denied' };
  const on = (expect: readonly Expectation[], problem: KindProblem) =>
    evaluateExpectations({ expect }, { problem }, context);
  const wanted = (pattern: Extract<Matcher, { op: 'error' }>['pattern']): Expectation => ({
    path: [],
    matcher: { op: 'error', pattern },
  });
  test('is not another problem', () => {
    expect(on([wanted({ code: 'SQL_ERROR' })], refused)).toMatchObject({ value: { passed: true } });
    const down: KindProblem = { code: 'UNREACHABLE', message: 'down' };
    expect(on([wanted({ code: 'SQL_ERROR' })], down)).toEqual(err(down));
  });
  test('has to be it in every word', () => {
    expect(on([wanted({ sqlstate: '42501', code: 'OTHER' })], refused)).toEqual(err(refused));
    expect(on([wanted({ sqlstate: '42P01', code: 'SQL_ERROR' })], refused)).toMatchObject({
      value: { passed: false },
    });
  });
  test('leaves nothing there that could be absent', () => {
    const absent: Expectation = { path: [], matcher: { op: 'exists', exists: false } };
    const result = on([wanted({ sqlstate: '42501' }), absent], refused);
    expect(result).toMatchObject({ value: { passed: false } });
  });
});
