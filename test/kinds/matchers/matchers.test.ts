import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { err, ok } from '../../../src/base/result.js';
import type { Value } from '../../../src/base/value.js';
import { describeExpectation, evaluateExpectations } from '../../../src/kinds/matchers/index.js';
import { compare, equal, identity } from '../../../src/kinds/matchers/compare.js';
import type { KindProblem } from '../../../src/kinds/executor.js';
import type { Expectation, Matcher } from '../../../src/model/matcher.js';
import type { Template } from '../../../src/model/template.js';
import { cpuMs } from '../../support/cpu-ms.js';

const baselines: Record<string, Value> = { 'G-01': { id: 'x', rows: [{ a: 1 }] } };
const context = {
  operand: (template: Template) =>
    template === 'BROKEN' ? err<KindProblem>({ code: 'ABSENT', message: 'absent' }) : ok(template as Value),
  assert: () => ok<Value>(true),
  baseline: (gate: string) => baselines[gate],
};
const run = (matcher: Matcher, observed: Value, path: Expectation['path'] = []) =>
  evaluateExpectations({ expect: [{ path, matcher }] }, { observed }, context);
function holds(matcher: Matcher, observed: Value, path: Expectation['path'] = []): boolean {
  const result = run(matcher, observed, path);
  if (!result.ok) throw new Error(result.error.code);
  expect(result.value.passed).toBe(result.value.difference === null);
  return result.value.passed;
}
const equals = (operand: Template): Matcher => ({ op: 'equals', operand });

describe('each matcher', () => {
  const cases: readonly (readonly [Matcher, readonly Value[], readonly Value[]])[] = [
    [equals(1), [1, 1n], [2, '1', true, null, [1]]],
    [equals('7611578671664259111'), ['7611578671664259111'], [7611578671664259111n, '7611578671664259112']],
    [
      equals({ a: [1, { b: null }] }),
      [{ a: [1, { b: null }] }],
      [{ a: [1, { b: 0 }] }, { a: [1] }, { a: [1, { b: null }], c: 1 }],
    ],
    [{ op: 'gt', operand: 0 }, [1, 0.5, 2n ** 70n], [0, -1, '1', null]],
    [{ op: 'gte', operand: 2n ** 53n }, [2n ** 53n, 2n ** 53n + 1n], [9007199254740991]],
    [
      { op: 'lt', operand: '2026-05-16T23:33:17.5Z' },
      ['2026-05-16T23:33:17Z', '2026-05-16T23:33:17.49Z'],
      ['2026-05-16T23:33:17.500Z', '2026', 'a', 1],
    ],
    [{ op: 'lte', operand: 5 }, [5, 4], [6, '5']],
    [{ op: 'between', low: 1, high: 3 }, [1, 2, 3], [0, 4, '2', null]],
    [{ op: 'one_of', operand: ['a', 1], orEmpty: false }, ['a', 1], ['b', '1', null]],
    [{ op: 'matches', operand: '^[0-9a-f]{4}$' }, ['00ff'], ['00FF', '00ff0', 1234, null]],
    [{ op: 'contains', operand: 'b' }, ['abc', ['a', 'b'], { b: 1 }], ['ac', ['a'], { a: 1 }, 1, null]],
    [{ op: 'contains', operand: '' }, [], ['abc', '']],
    [{ op: 'contains_all', operand: ['a', 'b'], orEmpty: false }, [['b', 'c', 'a'], 'ab'], [['a'], [], 'a']],
    [{ op: 'contains_all', operand: [], orEmpty: false }, [], [['a'], []]],
    [{ op: 'empty', empty: true }, ['', [], {}], ['a', [1], { a: 1 }, null, 0, false]],
    [{ op: 'empty', empty: false }, ['a', [1], { a: 1 }], ['', [], {}, null, 0]],
    [{ op: 'length', matcher: equals(2) }, ['áb', [1, 2], { a: 1, b: 2 }, '😀a'], ['a', [], 2, null]],
    [
      { op: 'set_equals', operand: ['a', 'b'], orEmpty: false },
      [
        ['b', 'a'],
        ['a', 'b', 'a'],
      ],
      [['a'], ['a', 'b', 'c'], [], 'ab', null],
    ],
    [{ op: 'set_equals', operand: [], orEmpty: false }, [], [[], ['a']]],
    [{ op: 'set_equals', operand: [], orEmpty: true }, [[]], [['a']]],
    [
      { op: 'rows_equal', operand: [{ t: 'x', n: 1 }], orEmpty: false },
      [[{ t: 'x', n: 1n }]],
      [
        [{ t: 'x', n: 2 }],
        [],
        [{ t: 'x' }],
        [{ t: 'x', n: 1, m: 2 }],
        [
          { t: 'x', n: 1 },
          { t: 'y', n: 1 },
        ],
      ],
    ],
    [{ op: 'rows_equal', operand: [], orEmpty: false }, [], [[]]],
    [{ op: 'every', matcher: { op: 'gt', operand: 0 }, orEmpty: false }, [[1, 2]], [[1, 0], [], 1, ['1']]],
    [{ op: 'every', matcher: { op: 'gt', operand: 0 }, orEmpty: true }, [[]], [[0]]],
    [{ op: 'some', matcher: equals(1), orEmpty: false }, [[0, 1]], [[0], []]],
    [{ op: 'is', type: 'integer' }, [1, 1n], [1.5, '1', null]],
    [{ op: 'is', type: 'object' }, [{}], [[], null]],
    [{ op: 'is', type: 'null' }, [null], [0, '']],
    [{ op: 'exists', exists: true }, [null, 0], []],
    [{ op: 'not', matcher: equals('a') }, ['b', null], ['a', 5]],
    [{ op: 'not', matcher: { op: 'gt', operand: 5 } }, [5, 4], [6, 'text', null]],
    [{ op: 'not', matcher: { op: 'matches', operand: 'a' } }, ['b'], ['a', 1, null]],
    [{ op: 'not', matcher: { op: 'every', matcher: equals(1), orEmpty: false } }, [[1, 2]], [[], [1], null]],
    [
      { op: 'not', matcher: { op: 'some', matcher: { op: 'gt', operand: 5 }, orEmpty: false } },
      [[1, 2]],
      [[1, 6], [1, null], [1, '900'], [null], []],
    ],
    [
      { op: 'not', matcher: { op: 'every', matcher: { op: 'lt', operand: 5 }, orEmpty: false } },
      [[1, 6]],
      [[1, 2], [1, null], ['900']],
    ],
    [{ op: 'not', matcher: { op: 'length', matcher: { op: 'gt', operand: 'a' } } }, [], [[1], 'a']],
    [{ op: 'not', matcher: { op: 'contains', operand: 5 } }, [[1], [null]], [[5], ['5'], [1, '5']]],
    [
      { op: 'not', matcher: { op: 'contains_all', operand: ['a', 'b'], orEmpty: false } },
      [['a'], 'a'],
      [['a', 'b'], null, 5, ['a', 1]],
    ],
    [
      { op: 'all', expectations: [{ path: ['a'], matcher: equals(1) }] },
      [{ a: 1, b: 2 }],
      [{ a: 2 }, {}, null, []],
    ],
  ];
  test.each(
    cases.map(
      ([m, ...rest], i) => [`${i}: ${describeExpectation({ path: [], matcher: m })}`, m, ...rest] as const,
    ),
  )('%s', (_name, matcher, passing, failing) => {
    for (const value of passing) expect([value, holds(matcher, value)]).toEqual([value, true]);
    for (const value of failing) expect([value, holds(matcher, value)]).toEqual([value, false]);
  });
});

const readAlike: readonly (readonly [Matcher, Value, string, string?])[] = [
  [equals('null'), null, 'expected = null, observed null (expected a text, observed null)'],
  [equals('a'), 'a ', 'expected = a, observed a  (character 2: expected the end, observed a space)'],
  [equals('a b'), 'a\tb', 'expected = a b, observed a b (character 2: expected a space, observed a tab)'],
  [
    equals('\u00e9'),
    'e\u0301',
    'expected = \u00e9, observed e\u0301 (character 1: expected \u00e9, observed e)',
  ],
  [equals(' '), '', 'expected = nothing but white space, observed an empty text'],
  [equals([]), [[]], 'expected = none, observed none ([0]: expected nothing, observed a list)'],
  [
    equals({ n: 1, l: ['x', 1, 2, 3, 4, 5, 6] }),
    { n: 1, l: ['x', 1, 2, 3, 4, 5, 7] },
    'expected = n 1, l x, 1, 2, 3, 4 and 2 more, observed n 1, l x, 1, 2, 3, 4 and 2 more (l[6]: expected exactly 6, observed exactly 7)',
  ],
  [
    { op: 'gte', operand: 1_000_000_001 },
    1_000_000_000,
    'size_bytes: expected ≥ 1.00 GB, observed 1.00 GB (expected exactly 1,000,000,001, observed exactly 1,000,000,000)',
    'size_bytes',
  ],
  [
    { op: 'rows_equal', operand: [{ v: 'null' }], orEmpty: false },
    [{ v: null }],
    '[0].v: expected null, observed null (expected a text, observed null)',
  ],
];
test('what reads alike is told apart', () => {
  for (const [matcher, observed, told, key] of readAlike) {
    const result = key === undefined ? run(matcher, observed) : run(matcher, { [key]: observed }, [key]);
    expect(result.ok && result.value.difference?.words).toEqual([told]);
  }
});

test('of a list, those for which `every` fails are shown: its first item may well hold', () => {
  const found: Matcher = { op: 'all', expectations: [{ path: ['found'], matcher: equals(true) }] };
  const names = Array.from({ length: 13 }, (_, index) => String.fromCharCode(97 + index));
  const rows = names.map((name) => ({ name, found: name === 'a' }));
  const told = (observed: readonly Value[]) => {
    const result = run({ op: 'every', matcher: found, orEmpty: false }, { rows: observed }, ['rows']);
    return result.ok && result.value.difference?.words;
  };
  expect(told(rows.slice(0, 2))).toEqual(['rows: it fails for 1 of 2', 'rows: [1] name b, found false']);
  expect(told(rows)).toMatchObject({ 0: 'rows: it fails for 12 of 13', 11: 'rows: and 2 more', length: 12 });
});

test('what a list holds that should be empty is told line by line', () => {
  const told = (observed: Value): unknown => {
    const result = run({ op: 'empty', empty: true }, { differences: observed }, ['differences']);
    return result.ok && result.value.difference?.words;
  };
  const long = `table public.t: 1,360 rows as expected, but not the same (hash ${'1'.repeat(40)}, expected ${'2'.repeat(40)})`;
  expect(told([long, 'table public.u: missing'])).toEqual([
    `differences: ${long}`,
    'differences: table public.u: missing',
  ]);
  expect(told(Array.from({ length: 12 }, (_, n) => n))).toMatchObject({
    10: 'differences: and 2 further items',
    length: 11,
  });
});

describe('paths', () => {
  test('a missing path fails every matcher but exists: false', () => {
    const matchers: Matcher[] = [
      equals(null),
      { op: 'not', matcher: equals(1) },
      { op: 'not', matcher: { op: 'exists', exists: false } },
      { op: 'empty', empty: true },
      { op: 'every', matcher: equals(1), orEmpty: true },
      { op: 'set_equals', operand: [], orEmpty: true },
      { op: 'is', type: 'null' },
      { op: 'exists', exists: true },
      { op: 'not', matcher: { op: 'all', expectations: [{ path: ['x'], matcher: equals(1) }] } },
    ];
    for (const matcher of matchers)
      expect([matcher, holds(matcher, { a: 1 }, ['b', 0])]).toEqual([matcher, false]);
    expect(holds({ op: 'exists', exists: false }, { a: 1 }, ['b', 0])).toBe(true);
  });
  test('an inherited field is missing', () => {
    expect(holds({ op: 'exists', exists: false }, {}, ['constructor'])).toBe(true);
    expect(holds({ op: 'exists', exists: false }, [1], ['length'])).toBe(true);
  });
  test('a gate without expectations proves nothing', () => {
    const result = evaluateExpectations({ expect: [] }, { observed: 1 }, context);
    expect(result.ok && result.value.passed).toBe(false);
  });
});

describe('unchanged_since', () => {
  const matcher: Matcher = { op: 'unchanged_since', gate: 'G-01' };
  test('compares the whole observation, or the same path', () => {
    expect(holds(matcher, { id: 'x', rows: [{ a: 1 }] })).toBe(true);
    expect(holds(matcher, { id: 'y' }, ['id'])).toBe(false);
    expect(holds(matcher, { id: 'x', rows: [] }, ['id'])).toBe(true);
  });
  test('is an error without its baseline', () => {
    for (const result of [
      run({ op: 'unchanged_since', gate: 'G-09' }, 1),
      run(matcher, { other: 1 }, ['other']),
      run({ op: 'not', matcher: { op: 'unchanged_since', gate: 'G-09' } }, 1),
    ])
      expect(result).toMatchObject({ ok: false, error: { code: 'BASELINE_MISSING' } });
  });
  test('tells the cells that changed', () => {
    const result = run(matcher, { id: 'x', rows: [{ a: 2 }] }, ['rows']);
    expect(result.ok && result.value.difference?.words).toEqual(['rows: [0].a: expected 1, observed 2']);
  });
});

describe('a failure of the probe', () => {
  const denied: KindProblem = { code: 'SQL_ERROR', sqlstate: '42501', message: 'permission denied' };
  const on = (matcher: Matcher, problem: KindProblem) =>
    evaluateExpectations({ expect: [{ path: [], matcher }] }, { problem }, context);
  const wanted: Matcher = { op: 'error', pattern: { sqlstate: '42501' } };
  test('is the proof where it is expected', () => {
    expect(on(wanted, denied)).toMatchObject({ ok: true, value: { passed: true } });
  });
  test('another refusal is a mismatch, success too', () => {
    expect(on(wanted, { ...denied, sqlstate: '42P01' })).toMatchObject({
      ok: true,
      value: { passed: false },
    });
    expect(holds(wanted, { rows: [] })).toBe(false);
  });
  test('what never got as far as being refused stays an error', () => {
    const down: KindProblem = { code: 'UNREACHABLE', message: 'down' };
    expect(on(wanted, down)).toEqual({ ok: false, error: down });
    expect(on(equals(1), denied)).toEqual({ ok: false, error: denied });
    expect(on({ op: 'not', matcher: wanted }, down)).toEqual({ ok: false, error: down });
  });
  test('an empty pattern proves nothing', () => {
    expect(on({ op: 'error', pattern: {} }, denied)).toMatchObject({ ok: true, value: { passed: false } });
  });
});

test('an operand without a value is an error, also where the comparison would not get to it', () => {
  expect(run(equals('BROKEN'), 1).ok).toBe(false);
  expect(run(equals('BROKEN'), { a: 1 }, ['b']).ok).toBe(false);
});
test('a text that was too long to be held is told apart from one that is not there', () => {
  const words = (observed: Value, ...path: (string | number)[]) => {
    const result = run({ op: 'contains', operand: 'ok' }, observed, path);
    return result.ok && !result.value.passed && result.value.difference?.words;
  };
  const observed = { exit_code: 0, stderr: '', cut: ['stdout'] };
  const cut =
    'stdout: expected contains ok, observed nothing (it was too long to be held; the whole is in logs/)';
  expect(words(observed, 'stdout')).toEqual([cut]);
  expect(words({ exit_code: 0, stderr: '', left_open: ['stdout'] }, 'stdout')).toEqual([
    'stdout: expected contains ok, observed nothing (a process that the program left behind still held it open; what that would have said is not known)',
  ]);
  expect(words(observed, 'other')).toEqual([
    'other: expected contains ok, observed nothing (there is nothing at this path)',
  ]);
  // A column that happens to be called so says nothing of the kind.
  expect(words({ rows: [{ cut: ['name'] }] }, 'rows', 0, 'name')).toEqual([
    expect.stringContaining('there is nothing at this path'),
  ]);
});

test('a pattern that is malformed or too long is an error', () => {
  expect(run({ op: 'matches', operand: '(' }, 'a')).toMatchObject({ error: { code: 'BAD_PATTERN' } });
  expect(run({ op: 'matches', operand: 'a'.repeat(1001) }, 'a')).toMatchObject({
    error: { code: 'BAD_PATTERN' },
  });
});
test('a pattern can not hang', () => {
  const took = cpuMs(() => {
    expect(holds({ op: 'matches', operand: '^(a+)+$' }, `${'a'.repeat(50_000)}b`)).toBe(false);
  });
  expect(took).toBeLessThan(2000);
});

describe('words', () => {
  test('of an expectation, before it is evaluated', () => {
    const words = (path: Expectation['path'], matcher: Matcher): string =>
      describeExpectation({ path, matcher });
    expect(words(['free_bytes'], { op: 'gte', operand: 1073741824 })).toBe('free_bytes ≥ 1 GiB');
    expect(words(['differences'], { op: 'empty', empty: true })).toBe('differences none');
    expect(words([], { op: 'unchanged_since', gate: 'G-02' })).toBe('unchanged since G-02');
    expect(words(['names'], { op: 'set_equals', operand: ['a', 'b'], orEmpty: true })).toBe(
      'names is exactly the set a and b (or there is none)',
    );
    expect(words(['id'], { op: 'not', matcher: equals('x') })).toBe('id ≠ x');
    expect(words(['size_bytes'], { op: 'gt', operand: 0 })).toBe('size_bytes > 0');
    expect(words(['rows', 0, 'dro'], equals(true))).toBe('rows[0].dro = true');
  });
  test('of a failure: expected, observed, difference', () => {
    const result = run({ op: 'set_equals', operand: ['a', 'b'], orEmpty: false }, { names: ['b', 'c'] }, [
      'names',
    ]);
    expect(result).toMatchObject({
      ok: true,
      value: {
        passed: false,
        expected: { names: { set_equals: ['a', 'b'] } },
        expectedWords: ['names is exactly the set a and b'],
        observedWords: 'names b and c',
        difference: {
          words: ['names: missing a', 'names: extra c'],
          detail: { names: { missing: ['a'], extra: ['c'] } },
        },
      },
    });
  });
  test('a text that is compared with a number says so', () => {
    const result = run(equals(5), '5');
    expect(result.ok && result.value.difference?.words[0]).toContain('write the expected one in quotes');
  });
  test('a text that should have an order is not told to be compared with another text', () => {
    const result = run({ op: 'gt', operand: 5 }, '7');
    expect(result.ok && result.value.difference?.words[0]).toContain('cast it, to bigint');
  });
  test('a number that YAML refuses without quotes can be written as an expression', () => {
    const result = run(equals('9007199254740993'), 9007199254740993n);
    expect(result.ok && result.value.difference?.words[0]).toContain(
      'write the expected one as an expression: "${{ 9007199254740993 }}"',
    );
  });
  test('control characters never reach the words', () => {
    const result = run(equals('a'), '\u001b[2J');
    expect(result.ok && result.value.observedWords).not.toContain('\u001b');
  });
});

const value: fc.Arbitrary<Value> = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.bigInt(),
    fc.string(),
  ),
  any: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).any as fc.Arbitrary<Value>;

describe('properties', () => {
  test('equality is reflexive, symmetric, and the same as identity', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(equal(a, a)).toBe(true);
        expect(equal(a, b)).toBe(equal(b, a));
        expect(identity(a) === identity(b)).toBe(equal(a, b));
      }),
    );
  });
  test('order is antisymmetric and exact across number and bigint', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.bigInt(), (a, b) => {
        const sum = (compare(a, b) ?? 9) + (compare(b, a) ?? 9);
        expect(sum).toBe(0);
        expect((compare(a, b) ?? 9) < 0).toBe(BigInt(a) < b);
      }),
    );
  });
  test('no matcher throws, and none but exists: false passes at a missing path', () => {
    fc.assert(
      fc.property(value, value, fc.boolean(), (operand, observed, orEmpty) => {
        const template = operand as Template;
        const matchers: Matcher[] = [
          ...(['equals', 'gt', 'gte', 'lt', 'lte', 'contains'] as const).map((op) => ({
            op,
            operand: template,
          })),
          ...(['one_of', 'contains_all', 'set_equals', 'rows_equal'] as const).map((op) => ({
            op,
            operand: template,
            orEmpty,
          })),
          { op: 'between', low: template, high: template },
        ];
        for (const matcher of matchers) {
          run(matcher, observed);
          const absent = run(matcher, observed, ['\u0000nowhere']);
          expect(absent.ok && absent.value.passed).toBe(false);
        }
      }),
    );
  });
});
