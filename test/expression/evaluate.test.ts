import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value, ValueMap } from '../../src/base/value.js';
import { isList, isMap, valueMap } from '../../src/base/value.js';
import { evaluate, evaluateTemplate, growingMap, renameIds, toText } from '../../src/expression/index.js';
import { Expression, TextTemplate, type Template } from '../../src/model/template.js';
import { cpuMs } from '../support/cpu-ms.js';

const bare = (value: Value): Value =>
  isList(value)
    ? value.map(bare)
    : isMap(value)
      ? valueMap(Object.entries(value).map(([k, v]) => [k, bare(v)]))
      : value;
const values = bare({
  params: { n: 9007199254740991, s: 'ab', d: 1.5, big: 2n ** 62n, huge: 2n ** 70n, none: null },
  commands: {
    'C-02': {
      backup: {
        tables: [
          { table: 't', count: 2 },
          { table: 'u', count: 3n },
        ],
      },
    },
  },
  gates: { 'G-01': { state: 'passed' } },
  data: {
    scope: ['x', 'y'],
    many: Array.from({ length: 10_001 }, () => 1),
    some: Array.from({ length: 1000 }, () => 1),
    m: JSON.parse('{"__proto__": 1}') as Value,
    c: JSON.parse('{"constructor": {"constructor": [7]}, "toString": 1}') as Value,
  },
}) as ValueMap;
const run = (source: string, given: ValueMap = values) => evaluate(new Expression(source), given);

describe('values', () => {
  test.each<readonly [string, Value]>([
    ['params.n', 9007199254740991],
    ['params.n + 1', 2n ** 53n],
    ['params.big - 1 + params.big', 2n ** 63n - 1n],
    ['params.n == 9007199254740992', false],
    ['params.d * 2.0', 3],
    ['7 / 2', 3],
    ["sum(commands['C-02'].backup.tables.map(t, t.count))", 5],
    ["data.scope.join('+')", 'x+y'],
    ['data.scope', ['x', 'y']],
    ["{'a': [1, 'b', null]}", { a: [1, 'b', null] }],
    ['params.none == null', true],
    ['data.c.constructor.constructor[0]', 7],
    ["data.c['constructor'] == data.c.constructor && 'constructor' in data.c", true],
    ['has(data.c.constructor) && !has(data.c.nope) && size(data.c) == 2', true],
    ["data.c.exists(key, key == 'toString')", true],
    ['json(data.c)', '{"constructor":{"constructor":[7]},"toString":1}'],
    ["params.s.matches('^a.$')", true],
    ["'7' == string(7)", true],
    ['human_bytes(41200000)', '41.2 MB'],
    ['grouped(1234567)', '1,234,567'],
    ["short('sha256:4be100000000000000000909')", '4be1…0909'],
    ["json({'a': [1, 'x']})", '{"a":[1,"x"]}'],
    ["has(commands['C-02'].backup.tables)", true],
    ["has(commands['C-02'].nope)", false],
    ["has(commands['C-09'].backup.tables)", false],
    ['has(data.scope[5])', false],
    ["data.m['__proto__']", 1],
    ["gates['G-01'].state == 'passed' ? 'READY' : 'MISSING'", 'READY'],
    ["size('a😀b')", 3],
    ["'a😀b'.substring(1, 2)", '😀'],
    ["'a😀b'.substring(2)", 'b'],
    ["'a😀b'.substring(3)", ''],
    ["'a😀b'.indexOf('b')", 2],
    ["'a😀b😀'.lastIndexOf('😀')", 3],
    ["'a😀b'.indexOf('c')", -1],
    ["'a😀b'.split('')", ['a', '😀', 'b']],
    ["'a,b'.split(',')", ['a', 'b']],
  ])('%s', (source, value) => {
    expect(run(source)).toEqual({ ok: true, value });
  });
  test('what is only passed on is the same value, not a copy', () => {
    const result = run('data.scope');
    expect(result.ok && result.value).toBe((values['data'] as ValueMap)['scope']);
  });
  test('results have no prototype', () => {
    const result = run("{'a': 1}");
    expect(result.ok && Object.getPrototypeOf(result.value)).toBeNull();
  });
});

describe('failures', () => {
  test.each(['[][0]', 'data.scope[7]'])('%s: the list has no such item, in words', (source) => {
    expect(run(source)).toMatchObject({
      error: { message: expect.stringMatching(/the list has no item \[[07]\]/) as string },
    });
  });
  test.each([
    ["commands['C-03'].backup", 'ABSENT'],
    ["commands['C-02'].restore.errors", 'ABSENT'],
    ["gates['G-01'].observed.x", 'ABSENT'],
    ["gates['G-09'].state", 'ABSENT'],
    ['data.nope', 'NO_SUCH_FIELD'],
    ['data.scope[7]', 'NO_SUCH_FIELD'],
    ['nope', 'NO_SUCH_FIELD'],
    ['params.constructor', 'NO_SUCH_FIELD'],
    ['params.n + 1.5', 'EXPRESSION_TYPE'],
    ['params.s < 1', 'EXPRESSION_TYPE'],
    ['params.s ? 1 : 2', 'EXPRESSION_TYPE'],
    ['1 / 0', 'EXPRESSION_FAILED'],
    ["int('x')", 'EXPRESSION_FAILED'],
    ["'abc'.substring(4)", 'EXPRESSION_FAILED'],
    ["'abc'.substring(-1)", 'EXPRESSION_FAILED'],
    ["'abc'.substring(2, 1)", 'EXPRESSION_FAILED'],
    ["'a😀b'.substring(0, 4)", 'EXPRESSION_FAILED'],
    ["params.s.matches('(')", 'EXPRESSION_FAILED'],
    ['params.big * 4', 'EXPRESSION_LIMIT'],
    ['params.huge', 'EXPRESSION_LIMIT'],
    ['size(data.many)', 'EXPRESSION_LIMIT'],
    ['data.some.map(x, data.some.map(y, x + y))', 'EXPRESSION_LIMIT'],
    ['data.some.all(x, data.some.all(y, data.some.all(z, true)))', 'EXPRESSION_LIMIT'],
    ['1.0 / 0.0', 'EXPRESSION_TYPE'],
    ["b'x'", 'EXPRESSION_TYPE'],
    ['data.scope.join(', 'EXPRESSION_SYNTAX'],
  ])('%s', (source, code) => {
    const result = run(source);
    expect(result).toMatchObject({ ok: false, error: { code, source } });
    if (!result.ok) {
      expect(result.error.message).not.toContain('\n');
      expect(result.error.offset + result.error.length).toBeLessThanOrEqual(source.length + 1);
    }
  });
  test.each([
    ["gates['G-01'].observed.x", "this run has no gates['G-01'].observed"],
    ["commands['C-03'].copy.id", "this run has no commands['C-03'].copy"],
    ["1 + commands['C-02'].restore.errors", "this run has no commands['C-02'].restore"],
    ["commands['C-02'].backup.tables[0].hash", "this run has no commands['C-02'].backup.tables[0].hash"],
  ])('%s: what is absent is named as it is written', (source, message) => {
    expect(run(source)).toMatchObject({ error: { code: 'ABSENT', message } });
  });
  test('a long loop ends soon, and the next evaluation begins afresh', () => {
    expect(cpuMs(() => run('data.some.map(x, data.some.map(y, data.some.map(z, 1)))'))).toBeLessThan(1000);
    expect(run('data.some.exists(x, x == 1)')).toEqual({ ok: true, value: true });
  });
  test('a pattern can not hang', () => {
    const long = valueMap([['params', valueMap([['s', `${'a'.repeat(50_000)}b`]])]]);
    const took = cpuMs(() =>
      expect(run("params.s.matches('^(a+)+$')", long)).toEqual({ ok: true, value: false }),
    );
    expect(took).toBeLessThan(2000);
  });
  test('one expression serves different values', () => {
    const source = 'params.x + params.x';
    const given = (x: Value) => valueMap([['params', valueMap([['x', x]])]]);
    expect(run(source, given(1))).toEqual({ ok: true, value: 2 });
    expect(run(source, given('a'))).toEqual({ ok: true, value: 'aa' });
    expect(run(source, given([1]))).toEqual({ ok: true, value: [1, 1] });
  });
});

describe('templates', () => {
  test('texts, lists and maps; what an expression yields is data', () => {
    const template: Template = {
      a: new TextTemplate(['n=', new Expression('params.n'), ', ', new Expression('data.scope'), '.']),
      b: [new Expression("'${{ params.n }}'"), 1n, null],
    };
    expect(evaluateTemplate(template, values)).toEqual({
      ok: true,
      value: { a: 'n=9007199254740991, ["x","y"].', b: ['${{ params.n }}', 1n, null] },
    });
  });
  test('fail as a whole', () => {
    expect(
      evaluateTemplate([new TextTemplate(['x', new Expression("commands['C-9'].x")])], values),
    ).toMatchObject({ ok: false, error: { code: 'ABSENT' } });
  });
  test('values inside a text', () => {
    expect([null, true, 1, 2n ** 60n, 1.5, 'x', [1, 'a'], valueMap([['k', [null]]])].map(toText)).toEqual([
      'null',
      'true',
      '1',
      '1152921504606846976',
      '1.5',
      'x',
      '[1,"a"]',
      '{"k":[null]}',
    ]);
  });
});

test('ids are renamed where they are ids, and nowhere else', () => {
  const renames = { commands: new Map([['C-10', 'C-10[S1]']]), gates: new Map([['G-13', 'G-13[S1]']]) };
  const renamed = (source: string) => renameIds(new Expression(source), renames).source;
  expect(
    renamed(`commands["C-10"].x == 'C-10' && gates['G-13'].state == data['G-13'] && commands['C-11'].y > 0`),
  ).toBe(
    `commands['C-10[S1]'].x == 'C-10' && gates['G-13[S1]'].state == data['G-13'] && commands['C-11'].y > 0`,
  );
  expect(renamed("data.l.all(x, commands['C-10'].y == x)")).toBe(
    "data.l.all(x, commands['C-10[S1]'].y == x)",
  );
  expect(renamed("commands['C-10'")).toBe("commands['C-10'");
});

describe('properties', () => {
  test('integers are exact', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n - 1n }),
        fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n - 1n }),
        (a, b) => {
          const small = (n: bigint): Value => (Number.isSafeInteger(Number(n)) ? Number(n) : n);
          const given = valueMap([
            [
              'params',
              valueMap([
                ['a', small(a)],
                ['b', small(b)],
              ]),
            ],
          ]);
          expect(run('params.a + params.b', given)).toEqual({ ok: true, value: small(a + b) });
        },
      ),
    );
  });
  test('nothing that is written makes it throw', () => {
    const pieces = [
      'params',
      '.n',
      "['x']",
      '[0]',
      '(',
      ')',
      '+',
      '-',
      '==',
      '&&',
      '!',
      '?',
      ':',
      '1',
      "'a'",
      'size',
      'has',
      '.map(x, x)',
      '{',
      '}',
      '[',
      ']',
      ',',
      ' ',
      'commands',
      'null',
      '\\',
      '"',
      '\u0000',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), fc.string(), (parts, tail) => {
        run(parts.join('') + tail);
        run(parts.join(''));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a map that is added to', () => {
  const source = "size(commands) == 2 && commands['C-02'].rows == 7";
  test('is seen as it is at each question, also under a key that is set again', () => {
    const { map, add } = growingMap<ValueMap>();
    const ask = () => run(source, { commands: map });
    add('C-01', { rows: 1 });
    expect(ask()).toEqual({ ok: true, value: false });
    add('C-02', { rows: 6 });
    expect(ask()).toEqual({ ok: true, value: false });
    add('C-02', { rows: 7 });
    expect(ask()).toEqual({ ok: true, value: true });
  });
  test('is handed out as a copy: what was yielded does not change afterwards', () => {
    const { map, add } = growingMap<ValueMap>();
    add('C-01', { rows: 1 });
    const yielded = run('commands', { commands: map });
    add('C-02', { rows: yielded.ok ? yielded.value : null });
    expect(yielded).toEqual({ ok: true, value: { 'C-01': { rows: 1 } } });
  });
});

test('a loop may look at the beginning of a long text for each of its items', () => {
  const data = valueMap([
    ['items', Array.from({ length: 9000 }, (_, i) => i)],
    ['text', 'x'.repeat(100_000)],
  ]);
  const source = "data.items.all(i, data.text.substring(0, 1) == 'x')";
  const spent = cpuMs(() => {
    expect(evaluate(new Expression(source), valueMap([['data', data]]))).toEqual({ ok: true, value: true });
  });
  expect(spent).toBeLessThan(1500);
});
