import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/text/diagnostic.js';
import { renderJson } from '../../src/text/render/json.js';
import { renderDiagnostic } from '../../src/text/render/text.js';
import { IndexedSource } from '../../src/text/source.js';
import { didYouMean, nearest } from '../../src/text/suggest.js';

const source = new IndexedSource('a b.yaml', 'one: 1\ntwo: "a\u001b[2J" 2\n漢字: x\n');
const sources = new Map([[source.shown, source]]);
const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code: 'GB2104',
  severity: 'error',
  message: "a gate that can't fail",
  location: source.location(start, end),
  ...more,
});

describe('a finding as text', () => {
  test('has its place, the line before, a mark with the reason, and a fix', () => {
    const text = renderDiagnostic(at(7, 10, { reason: 'because', fix: 'write three' }), sources);
    expect(text.split('\n')).toEqual([
      "a b.yaml:2:1 error GB2104 a gate that can't fail",
      '  1 │ one: 1',
      '  2 │ two: "a‹U+001B›[2J" 2',
      '    │ ~~~ because',
      '  fix: write three',
      '  gatebook explain GB2104',
    ]);
  });

  test('obeys no terminal code of the source or the message', () => {
    const text = renderDiagnostic(at(7, 10, { message: 'x\u001b[31m\u202ey' }), sources);
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });

  test('a mark stands under wide characters', () => {
    const [, , line, mark] = renderDiagnostic(at(26, 27), sources).split('\n');
    expect(line?.endsWith('漢字: x')).toBe(true);
    expect(mark).toBe('    │       ^');
  });

  test('far to the right in a long line, the mark stands under what is shown', () => {
    const line = `a: "${'😀'.repeat(100)}\u001b wrong ${'😀'.repeat(200)}"`;
    const long = new IndexedSource('long.yaml', `${line}\n`);
    const offset = line.indexOf('wrong');
    const location = long.location(offset, offset + 5);
    const shown = renderDiagnostic(at(0, 1, { location, reason: 'why' }), new Map([[long.shown, long]]));
    const [, text = '', mark = ''] = shown.split('\n');
    // An emoji takes two columns: as many more stand before the mark than characters do.
    expect(mark.indexOf('~')).toBe(Array.from(text).indexOf('w') + 38);
    expect(mark).toMatch(/ ~{5} why$/);
    expect(text).toMatch(/^ {2}1 │ …(?:😀){38}‹U\+001B› wrong (?:😀)+…$/u);
    expect(Array.from(text)).toHaveLength(126);
  });

  test('a file that was not read has no frame', () => {
    const text = renderDiagnostic(at(0, 1, { reason: 'why' }), new Map());
    expect(text.split('\n')).toEqual([
      "a b.yaml:1:1 error GB2104 a gate that can't fail",
      '  why',
      '  gatebook explain GB2104',
    ]);
  });
});

test('JSON has what text has', () => {
  const json = JSON.parse(renderJson([at(7, 10, { fix: 'f' })], ['a b.yaml'])) as Record<string, unknown>;
  expect(json).toMatchObject({
    schema: 'gatebook/diagnostics@1',
    valid: false,
    diagnostics: [
      {
        code: 'GB2104',
        file: 'a b.yaml',
        start: { line: 2, column: 1 },
        end: { line: 2, column: 4 },
        reason: null,
        fix: 'f',
      },
    ],
  });
});

describe('what was probably meant', () => {
  test.each([
    ['titel', ['title', 'tags'], 'title'],
    ['Disk', ['disk'], 'disk'],
    ['hard_abort', ['abort', 'hard-abort'], 'hard-abort'],
    ['dsk', ['disk', 'env'], 'disk'],
    ['something', ['else'], undefined],
  ])('%s among %j', (written, known, expected) => {
    expect(nearest(written, known)).toBe(expected);
  });

  test('the few there are, where none is near', () => {
    expect(didYouMean('x', ['left', 'right'])).toBe('one of left, right');
    expect(didYouMean('x', [])).toBeUndefined();
  });
});
