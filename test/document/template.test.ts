import { describe, expect, test } from 'vitest';
import { toTemplate } from '../../src/document/template.js';
import { child } from '../../src/document/tree.js';
import { parseYaml } from '../../src/document/yaml/parse.js';
import { expressionsIn, isExpression, showTemplate, type Template } from '../../src/model/template.js';
import { IndexedSource } from '../../src/text/source.js';
import { cpuMs } from '../support/cpu-ms.js';

function read(yaml: string): {
  readonly template: Template;
  readonly broken: readonly number[];
  readonly lines: readonly string[];
} {
  const parsed = parseYaml(new IndexedSource('a.yaml', yaml));
  const node = parsed.ok ? child(parsed.value, 'a') : undefined;
  if (node === undefined) throw new Error('the test is wrong');
  const broken: number[] = [];
  const template = toTemplate(node, (_, offset) => broken.push(offset));
  return { template, broken, lines: yaml.split('\n') };
}

/** What the file holds where an expression says it stands. */
function textAt(yaml: string, index = 0): string | undefined {
  const { template, lines } = read(yaml);
  const at = expressionsIn(template)[index]?.at?.range;
  if (at === undefined) return undefined;
  const line = lines[at.start.line - 1] ?? '';
  return at.start.line === at.end.line
    ? line.slice(at.start.column - 1, at.end.column - 1)
    : `${line.slice(at.start.column - 1)}…`;
}

describe('expressions in scalars', () => {
  test('a whole expression keeps its type, one inside text makes text', () => {
    expect(isExpression(read('a: "${{ x }}"').template)).toBe(true);
    expect(showTemplate(read('a: "n ${{ x }}, ${{y}}"').template)).toBe('n ${{ x }}, ${{ y }}');
    expect(read('a: 3').template).toBe(3);
  });

  test('an expression that is not closed is told', () => {
    expect(read('a: "b ${{ x }"').broken).toEqual([2]);
  });

  test.each([
    ['plain', 'a: x ${{ run.id }} y'],
    ['plain over lines', 'a: x\n  y\n  ${{ run.id }} z'],
    ['single quoted', "a: 'it''s ${{ run.id }}'"],
    ['double quoted', 'a: "\\t\\u00e9 \\x41 ${{ run.id }}"'],
    ['double quoted over lines', 'a: "one\n  two \\\n  three ${{ run.id }}"'],
    ['literal block', 'a: |\n  one\n    two\n\n  ${{ run.id }} three\n'],
    ['literal block with indicators', 'a: |2-\n    one\n  ${{ run.id }}'],
    ['folded block', 'a: >-\n  one\n  two ${{ run.id }}\n  three'],
    ['in a list', 'a: [x, "${{ run.id }}"]'],
  ])('%s: stands where it says', (_, yaml) => {
    expect(textAt(yaml)).toBe('run.id');
  });

  test.each([
    ['expressions', `a: "${'x ${{ run.id }} '.repeat(4000)}"`, 4000],
    ['blanks', `a: "${' '.repeat(100_000)}\${{ run.id }}"`, 1],
  ])('in a text full of %s, it is placed in linear time', (_, yaml, count) => {
    const took = cpuMs(() => expect(textAt(yaml, count - 1)).toBe('run.id'));
    expect(took).toBeLessThan(3000);
  });

  test('a part of an expression is found in an escaped scalar', () => {
    const yaml = 'a: "${{ x == \\"v\\" && y }}"';
    const [expression] = expressionsIn(read(yaml).template);
    const offset = expression?.source.indexOf('y') ?? -1;
    const column = expression?.locate(offset, 1)?.range.start.column ?? 0;
    expect(yaml.charAt(column - 1)).toBe('y');
  });
});
