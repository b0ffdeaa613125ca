import { describe, expect, test } from 'vitest';
import { checkExpression, type Scope } from '../../src/expression/index.js';
import type { Shape } from '../../src/model/shape.js';

const backup: Shape = {
  fields: {
    sha256: 'string',
    size_bytes: 'int',
    note: { nullable: 'string' },
    tracked: { nullable: 'bool' },
    left: { nullable: 'int' },
    tables: { list: { fields: { table: 'string', count: 'int' } } },
  },
};
const scope: Scope = {
  params: { fields: { n: 'int', s: 'string', d: 'double', b: 'bool' } },
  data: { fields: { scope: { list: 'string' } } },
  run: { fields: { id: 'string' } },
  keys: { fields: { backup: { fields: { fingerprint: 'string' } } } },
  targets: { fields: { prod: { fields: { engine: 'string' } } } },
  secrets: { fields: { token: 'string' } },
  commands: { fields: { 'C-02': { fields: { backup, raw: 'any' } } } },
  gates: {
    fields: {
      'G-01': { fields: { observed: 'any', state: 'string' } },
      'G-13': { fields: { state: 'string' } },
    },
  },
};

describe('the type of', () => {
  test.each<readonly [string, Shape]>([
    ['1 + 2', 'int'],
    ['1.5 * params.d', 'double'],
    ["commands['C-02'].backup.tables.map(t, t.count)", { list: 'int' }],
    ["commands['C-02'].backup.tables.map(t, t.count > 1, t.table)", { list: 'string' }],
    ["commands['C-02'].backup.tables.filter(t, t.count > 1)[0].table", 'string'],
    ["commands['C-02'].backup.tables.all(t, t.count >= 0)", 'bool'],
    ["sum(commands['C-02'].backup.tables.map(t, t.count))", 'int'],
    ["gates['G-01'].state == 'passed' ? 'x' : 'y'", 'string'],
    ["!commands['C-02'].backup.tracked && (commands['C-02'].backup.tracked ? true : false)", 'bool'],
    ["-commands['C-02'].backup.left", 'int'],
    ["[1].all(x, commands['C-02'].backup.tracked)", 'bool'],
    ["gates['G-01'].observed.rows[0].role", 'any'],
    ["commands['C-02'].raw.whatever[3]", 'any'],
    ["has(commands['C-02'].backup)", 'bool'],
    ["data.scope.join(', ')", 'string'],
    ['params.s in data.scope', 'bool'],
    ["{'a': 1}.a", 'int'],
    ['[1, 2]', { list: 'int' }],
    ['params.b ? params.s : dyn(null)', 'any'],
    ["commands['C-02'].backup.note == null", 'bool'],
    ['size(params.s) > 3 && params.s.startsWith("a")', 'bool'],
    ['secrets.token', 'string'],
    ["secrets['token']", 'string'],
    ['human_bytes(params.n)', 'string'],
    ['json(data.scope)', 'string'],
    ['dyn(params.n)', 'any'],
  ])('%s', (source, type) => {
    expect(checkExpression(source, scope)).toMatchObject({ errors: [], type });
  });
});

describe('an error in', () => {
  test.each([
    ['parms.n', 'unknown-name', 0, 5, 'did you mean params?'],
    ['constructor', 'unknown-name', 0, 11, undefined],
    ['params.nn', 'unknown-field', 0, 9, 'did you mean n?'],
    ['params.constructor', 'unknown-field', 0, 18, undefined],
    [
      "commands['C-02'].backup.sha",
      'unknown-field',
      0,
      27,
      'one of sha256, size_bytes, note, tracked, left, tables',
    ],
    ["commands['C-03'].backup", 'unknown-field', 0, 16, 'did you mean C-02?'],
    ["gates['G-13'].observed", 'unknown-field', 0, 22, undefined],
    ["commands['C-02'].backup.tables.map(t, t.cout)", 'unknown-field', 38, 6, 'did you mean count?'],
    ['commands[params.s].backup', 'dynamic-index', 9, 8, undefined],
    ["commands['C-0' + '2'].backup", 'dynamic-index', 9, 11, undefined],
    ["gates['G-01'][params.s]", 'dynamic-index', 14, 8, undefined],
    ['secrets[params.s]', 'dynamic-index', 8, 8, undefined],
    ["commands['C-02']", 'dynamic-index', 0, 8, undefined],
    ['commands', 'dynamic-index', 0, 8, undefined],
    ['secrets', 'dynamic-index', 0, 7, undefined],
    ['size(commands)', 'dynamic-index', 5, 8, undefined],
    ["params.n == '1'", 'type', 0, 15, 'convert one side: string(…) or int(…)'],
    ['params.n + params.d', 'type', 0, 19, 'convert one side: double(…) or int(…)'],
    ['params.s + 1', 'type', 0, 12, 'convert one side: string(…) or int(…)'],
    ["params.n < 'a'", 'type', 0, 14, 'convert one side: string(…) or int(…)'],
    ['params.n && true', 'type', 0, 8, undefined],
    ['!params.n', 'type', 0, 9, undefined],
    ['-params.s', 'type', 0, 9, undefined],
    ['params.n ? 1 : 2', 'type', 0, 8, undefined],
    ["params.b ? 'x' : 1", 'type', 0, 18, 'make both the same, e.g. with string(…)'],
    ["params.b ? 'x' : null", 'type', 0, 21, undefined],
    ['params.n.x', 'type', 0, 10, undefined],
    ['data.scope.x', 'type', 0, 12, 'index it: […]'],
    ['data.scope[params.b]', 'type', 11, 8, undefined],
    ['params.n in params.s', 'type', 0, 20, undefined],
    ["{'__proto__': 1}", 'type', 1, 11, undefined],
    ['{1: 1}', 'type', 1, 1, undefined],
    ["b'x'", 'type', 0, 4, undefined],
    ['1u', 'type', 0, 2, undefined],
    ['params.n.all(x, true)', 'type', 0, 8, undefined],
    ['data.scope.all(x, 1)', 'type', 18, 1, undefined],
    ['timestamp("2026-01-01T00:00:00Z")', 'function', 0, 33, undefined],
    ['params.s.contain("x")', 'function', 0, 21, 'did you mean contains?'],
    ['params.s.matches("(")', 'function', 17, 3, undefined],
    ['params.s.toString()', 'function', 0, 19, undefined],
    [
      'valueOf(params.s)',
      'function',
      0,
      17,
      'one of size, string, int, double, bool, dyn, sum, human_bytes, grouped, short, json, has',
    ],
    ['size(params.n)', 'function', 0, 14, undefined],
    ['params.s.size(1)', 'function', 0, 16, undefined],
    ['contains(params.s, "x")', 'function', 0, 23, undefined],
    ['has(params)', 'function', 0, 11, undefined],
    ['params.n +', 'syntax', 10, 1, undefined],
    ['params.n = 1', 'syntax', 9, 1, 'CEL compares with =='],
    ['params.n > 1 and params.n < 3', 'syntax', 13, 3, 'CEL writes && for and'],
    ['', 'syntax', 0, 0, undefined],
    ["'unclosed", 'syntax', 0, 9, undefined],
    [
      "params.s.split('\n')",
      'syntax',
      16,
      1,
      "within YAML's double quotes write \\\\n for a line break in an expression's text",
    ],
  ] as const)('%s', (source, kind, offset, length, fix) => {
    const { type, errors } = checkExpression(source, scope);
    expect(type).toBe('any');
    expect(errors[0]).toMatchObject({ kind, offset, length, ...(fix !== undefined && { fix }) });
    expect(errors[0]?.message).not.toBe('');
  });
  test('all are told at once', () => {
    expect(checkExpression('params.x + params.y', scope).errors).toHaveLength(2);
  });
});

describe('limits', () => {
  test.each([
    ['length', `'${'x'.repeat(4100)}'`, 'has 4102 characters, 4096 are allowed'],
    ['depth', `${'('.repeat(60)}1${')'.repeat(60)}`, 'has more than 50 levels'],
    ['operators', `${'!'.repeat(1500)}true`, 'has more than 1000 names, values and operators'],
    [
      'nodes',
      Array.from({ length: 600 }, () => '1').join('+'),
      'has more than 1000 names, values and operators',
    ],
    [
      'list elements',
      `[${Array.from({ length: 501 }, () => '1').join(',')}]`,
      'has more than 500 items in a list',
    ],
    [
      'arguments',
      `size(${Array.from({ length: 9 }, () => '1').join(',')})`,
      'has more than 8 arguments in a call',
    ],
  ])('%s', (_name, source, said) => {
    const message = `the expression ${said}`;
    expect(checkExpression(source, scope).errors[0]).toMatchObject({ kind: 'limit', message });
  });
});

test('references tell what an expression depends on', () => {
  const source =
    "commands['C-02'].backup.tables[0].count > 0 && gates['G-01'].observed.x == params.n && size(keys.backup.fingerprint) > 0 && secrets.token != '' && data.scope[params.n] == run.id && has(targets.prod.engine) && data.scope.exists(run, run == 'x')";
  expect(checkExpression(source, scope).references).toMatchObject([
    { root: 'commands', command: 'C-02', as: 'backup', path: ['tables', 0, 'count'], offset: 0, length: 39 },
    { root: 'gates', gate: 'G-01', what: 'observed', path: ['x'] },
    { root: 'params', path: ['n'] },
    { root: 'keys', name: 'backup', path: ['fingerprint'] },
    { root: 'secrets', name: 'token' },
    { root: 'params', path: ['n'] },
    { root: 'data', path: ['scope'] },
    { root: 'run', path: ['id'] },
    { root: 'targets', name: 'prod', path: ['engine'] },
    { root: 'data', path: ['scope'] },
  ]);
});
