import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../src/document/yaml/parse.js';
import { yamlLimits } from '../../src/document/yaml/findings.js';
import { plain } from '../../src/document/tree.js';
import { IndexedSource } from '../../src/text/source.js';
import { cpuMs } from '../support/cpu-ms.js';

const parse = (text: string) => parseYaml(new IndexedSource('a.yaml', text));
const codes = (text: string): readonly string[] => {
  const parsed = parse(text);
  return parsed.ok
    ? []
    : parsed.error.map(
        (d) => `${d.code} ${String(d.location.range.start.line)}:${String(d.location.range.start.column)}`,
      );
};

describe('YAML that means one thing', () => {
  test.each([
    ['', 'GB1001 1:1'],
    ['# only a comment\n', 'GB1001 1:1'],
    ['a: &x 1\n', 'GB1004 1:4'],
    ['a: 1\n<<: {b: 2}\n', 'GB1004 2:1'],
    ['a: !foo 1\n', 'GB1005 1:4'],
    ['a: !!binary aGVsbG8=\n', 'GB1005 1:13'],
    ['a: 1\n---\nb: 2\n', 'GB1006 2:1'],
    ['a:\n\tb: 1\n', 'GB1007 2:1'],
    ['? [a]\n: b\n', 'GB1008 1:3'],
    ['a: 1\nb: 2\na: 3\n', 'GB1009 3:1'],
    ['a: 7611578671664259111\n', 'GB1011 1:4'],
    ['a: -9007199254740992\n', 'GB1011 1:4'],
    ['a: 0600\n', 'GB1011 1:4'],
    ['a: .inf\n', 'GB1011 1:4'],
    ['a: 1e400\n', 'GB1011 1:4'],
    ['%YAML 1.1\n---\na: yes\n', 'GB1000 1:1'],
    ['a: b: c\n', 'GB1000 1:4'],
  ])('%j → %s', (text, expected) => {
    expect(codes(text)).toEqual([expected]);
  });

  test('all findings of a file come at once', () => {
    expect(codes('a: 1\na: 2\nb: 0600\nc: &x 3\nd: *x\n')).toEqual([
      'GB1009 2:1',
      'GB1011 3:4',
      'GB1004 4:4',
      'GB1004 5:4',
    ]);
  });

  test.each(['{Z: 1, 9: 2}', '{10: a, 9: b}', '{1: {b: 1, 2: 1}}'])(
    '%s: a key that would lose its place',
    (map) => {
      expect(codes(`a: ${map}\n`).map((code) => code.slice(0, 6))).toEqual(['GB1012']);
    },
  );

  test.each(['{1: a, 2: b, 10: c, x: d}', '{b: 1, a: 2, 01: 3}', '{x: 1, -1: 2, 1.5: 3}'])(
    '%s: keys that keep their order',
    (map) => {
      const parsed = parse(`a: ${map}\n`);
      const value = parsed.ok ? (plain(parsed.value) as { a: object }).a : {};
      expect(Object.keys(value)).toEqual([...map.matchAll(/[{ ]([^:{ ]+):/g)].map(([, key]) => key));
    },
  );

  test.each(['!!str 1', '!!int 1', '!!map {}', '!!seq []', '!mine x', '! 12'])(
    '%s: tags are refused',
    (tagged) => {
      expect(codes(`a: ${tagged}\n`).map((code) => code.slice(0, 8))).toEqual(['GB1005 1']);
    },
  );

  test('a path that has to be quoted is one finding, and hides nothing of other lines', () => {
    const parsed = parse('a: {rows[0].n: {gt: 0}, rows[1].m: 2}\nb: {c: [\n');
    expect(parsed.ok ? [] : parsed.error.slice(0, 2).map(({ fix }) => fix)).toEqual([
      "'rows[0].n'",
      "'rows[1].m'",
    ]);
    expect(codes('a: {rows[0].n: {gt: 0}, rows[1].m: 2}\nb: {c: [\n')).toEqual([
      'GB1000 1:5',
      'GB1000 1:25',
      'GB1000 3:1',
      'GB1000 3:1',
    ]);
  });

  test.each([
    [
      'a:\n  b: c\n   d:\n    e: f\n',
      2,
      'the next line stands further to the right, and is read as part of this one',
    ],
    ['a:\n  b:\u00a0c\n  d: e\n', 2, 'a no-break or wide space is no space to YAML (U+00A0)'],
    ['a: {b: \u201c${{ run.id }}\u201d}\nc: {d: {e: 1}}\n', 1, '\u201c is no quote to YAML (U+201C)'],
    ['a:\n\tb: c\n d: e\n', 2, 'a tab is used as indentation'],
  ])('%j: one mistake, one finding', (text, line, message) => {
    const parsed = parse(text);
    const found = parsed.ok ? [] : parsed.error.map((d) => `${d.location.range.start.line} ${d.message}`);
    expect(found).toEqual([`${line} ${message}`]);
  });

  test('on, yes and no are text; true and false are not', () => {
    const parsed = parse('on: yes\nno: true\n');
    expect(parsed.ok && plain(parsed.value)).toEqual({ on: 'yes', no: true });
  });

  test('keys that a prototype has are keys like others', () => {
    const parsed = parse('__proto__: {polluted: true}\nconstructor: 1\ntoString: 2\n');
    const value = parsed.ok ? (plain(parsed.value) as Record<string, unknown>) : {};
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('quoted big integers stay text, and the greatest exact one a number', () => {
    const parsed = parse('a: "7611578671664259111"\nb: 9007199254740991\n');
    expect(parsed.ok && plain(parsed.value)).toEqual({ a: '7611578671664259111', b: 9007199254740991 });
  });
});

describe('limits', () => {
  test.each([
    ['brackets', '['.repeat(500_000)],
    ['block lists on one line', '- '.repeat(20_000)],
    ['maps in maps', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ])('%s nested without end are refused, and quickly', (_, text) => {
    const took = cpuMs(() => expect(codes(text).map((c) => c.slice(0, 6))).toEqual(['GB1010']));
    expect(took).toBeLessThan(2000);
  });

  test('depth up to the limit is read', () => {
    const depth = yamlLimits.depth - 10;
    expect(codes(`a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`)).toEqual([]);
  });

  test('many keys are compared in linear time', () => {
    const text = Array.from({ length: 20_001 }, (_, i) => `k${String(i)}: 1\n`).join('');
    const took = cpuMs(() => expect(codes(text).map((c) => c.slice(0, 6))).toEqual(['GB1010']));
    expect(took).toBeLessThan(3000);
  });
});
