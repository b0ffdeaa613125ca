import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scriptOf } from '../../../src/rules/programs/shell/script.js';
import type { Script } from '../../../src/rules/programs/shell/syntax.js';
import { innerProgram } from '../../../src/rules/programs/shell/wrappers.js';
import { cpuMs } from '../../support/cpu-ms.js';

/** Flat: `a b | c` with what links it. */
const shown = ({ pipelines }: Script): readonly string[] =>
  pipelines.map(
    ({ members, before, after }) =>
      `${before}[${members.map(({ words }) => words.map((w) => w.text).join(' ')).join(' | ')}]${after}`,
  );

describe('the text of a shell', () => {
  test.each([
    ['a && b || c; d & e', ['[a]&&', '&&[b]||', '||[c];', ';[d]&', '&[e]']],
    ['a | b |& c', ['[a | b | c]']],
    ['a # not | b\nc', ['[a];', ';[c]']],
    ['a \\\n  b', ['[a b]']],
    ['a \'b | c\' "d; e" f\\;g', ['[a b | c d; e f;g]']],
    ['X=1 a >x 2>&1 <y', ['[a]']],
    ['cat <<A <<-B\nx | y\nA\n\tz; w\n\tB\nb', ['[cat];', ';[b]']],
    ['if a; then b; else c; fi | d', ['[a];', ';[b];', ';[c];', ';[ | d]']],
    ['case $x in a|b) c;; (d) e;; esac; f', ['[c];', ';[e];', ';[];', ';[f]']],
    ['f() { a; }; (b; c) || d', ['[a];', ';[];', '[b];', ';[c];', ';[]||', '||[d]']],
    ['for x in a b | c; do d; done', ['[d];', ';[]']],
    ['[[ a && b ]] && c', ['[[[ a b ]]]&&', '&&[c]']],
    ['x=(a b) y', ['[y]']],
    ['constructor a; toString', ['[constructor a];', ';[toString]']],
  ])('%j', (text, expected) => {
    expect(shown(scriptOf(text))).toEqual(expected);
  });

  test('substitutions are scripts of their own, with their place', () => {
    const text = 'a "$(b | c)" `d` <(e) $((1 | 2)) ${f:-$(g)}';
    const { nested } = scriptOf(text);
    expect(nested.map(({ script, start }) => `${shown(script).join('')}@${text.charAt(start)}`)).toEqual([
      '[b | c]@b',
      '[d]@d',
      '[e]@e',
    ]);
  });

  test('words know what a shell would make of them', () => {
    const [pipeline] = scriptOf('a *.sql "*" \'$x\' "$x" $x').pipelines;
    expect(pipeline?.members[0]?.words.map((w) => `${w.glob ? 'g' : ''}${w.expands ? 'e' : ''}`)).toEqual([
      '',
      'g',
      '',
      '',
      'e',
      'e',
    ]);
  });

  test('a line may hold more words than a call may have arguments', () => {
    expect(scriptOf('a '.repeat(300_000)).pipelines[0]?.members[0]?.words.length).toBe(300_000);
  });

  test('a condition, a negation and the end of a branch are told', () => {
    const { pipelines } = scriptOf('if ! a; then b; c; fi; d');
    expect(pipelines.map((p) => [p.condition, p.negated, p.endsBlock])).toEqual([
      [true, true, false],
      [false, false, false],
      [false, false, true],
      [false, false, false],
      [false, false, false],
    ]);
  });

  test('any text is read: nothing throws, words lie inside it', () => {
    const pieces = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '"',
      "'",
      '`',
      '$(',
      ')',
      '(',
      '{',
      '}',
      '|',
      '||',
      '&',
      ';',
      ';;',
      '<<',
      '<<<',
      '>',
      '2>',
      '#',
      '\\',
      '$',
      '*',
      'if ',
      'fi',
      'then ',
      'do ',
      'done',
      'case ',
      ' in ',
      'esac',
      '=',
      '[[',
      ']]',
      '<(',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        for (const { members } of scriptOf(text).pipelines)
          for (const { words } of members)
            for (const { start, end } of words) {
              expect(start).toBeGreaterThanOrEqual(0);
              expect(end).toBeGreaterThanOrEqual(start);
              expect(end).toBeLessThanOrEqual(text.length);
            }
      }),
      { numRuns: 500 },
    );
  });

  test('a hostile text ends soon', () => {
    for (const hostile of [
      '$('.repeat(20_000),
      '`'.repeat(20_001),
      '"$('.repeat(10_000),
      '{ '.repeat(50_000),
      '<<a\n'.repeat(5_000),
    ]) {
      expect(cpuMs(() => scriptOf(hostile))).toBeLessThan(10_000);
    }
  });
});

test.each([
  ['sudo -u postgres psql -l', 'psql -l'],
  ['env -i A=1 timeout -k 5 90s psql', 'timeout -k 5 90s psql'],
  ['timeout -k 5 90s psql', 'psql'],
  ['docker exec -i -u postgres -e A=1 pg psql -c x', 'psql -c x'],
  ['docker compose exec -T db psql', 'psql'],
  ['kubectl exec -n x pod -- psql', 'psql'],
  ['xargs -n 1 rm -f', 'rm -f'],
  ['docker run x', null],
  ['command -v psql', null],
  ['psql', null],
])('%s runs %s', (text, expected) => {
  const words = text.split(' ');
  const inner = innerProgram(words);
  expect(inner === null ? null : words.slice(inner.at).join(' ')).toBe(expected);
});
