import fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/base/visible.js';
import type { Block } from '../../src/report/document.js';
import { bold, code, heading, paragraph, quote, bullets, table } from '../../src/report/document.js';
import { printMarkdown } from '../../src/report/markdown/print.js';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

const parser = unified().use(remarkParse).use(remarkGfm);
function parse(markdown: string): Node {
  const tree = parser.parse(markdown);
  return parser.runSync(tree) as unknown as Node;
}
const types = (node: Node): string[] => [node.type, ...(node.children ?? []).flatMap(types)];
const textOf = (node: Node): string => node.value ?? (node.children ?? []).map(textOf).join('');

/** What a block of ours may become; anything else was brought in by the text. */
const allowed: Record<string, readonly string[]> = {
  heading: ['heading', 'text', 'inlineCode'],
  paragraph: ['paragraph', 'text', 'inlineCode'],
  quote: ['blockquote', 'paragraph', 'text', 'inlineCode', 'break'],
  list: ['list', 'listItem', 'paragraph', 'text', 'inlineCode'],
  table: ['table', 'tableRow', 'tableCell', 'text', 'inlineCode'],
  code: ['code'],
};

const hostile = [
  '[x](javascript:alert(1))',
  '![x](http://evil.example/a.png)',
  '<https://evil.example>',
  'https://evil.example/?a=b|c',
  'HTTP://evil.example',
  'www.evil.example',
  'see (www.evil.example), or mailto:a@b.example',
  'a@b.example',
  '</details><script>alert(1)</script>',
  '`code` and ``more`` |',
  'a | b \\| c \\\\| d',
  'x`\\|y',
  'http://e.example/\\|x`',
  '# heading',
  '- list',
  '1. list',
  '1) list',
  '> quote',
  '---',
  '===',
  '***',
  '| a | b |\n|---|---|',
  '~~gone~~ *em* __strong__ _em_ **b**',
  '[^1]: note [^1]',
  '[ref]: http://evil.example',
  '- [ ] task',
  '\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007\u001b[2J',
  '\u202Egnp.exe',
  'line\nbreak\r\nand  \ntwo',
  '```\nfence',
  '    indented',
  '\tindented',
  '&lt;b&gt; &copy; &#60;',
  '$x$ and $$y$$',
  'trailing \\',
  'heading ##',
  '<!-- comment',
  '\ud800 lone',
  'ﷺ 𝒳 日本 tiếng Việt',
  '',
  ' ',
];
const hostileText = fc.oneof(
  fc.constantFrom(...hostile),
  fc
    .array(fc.constantFrom(...hostile, ' ', '\\', '|', '`', '_', '*', 'a', '@', '.', ':', '/', 'www.'), {
      maxLength: 8,
    })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary' }),
);

describe('inert Markdown', () => {
  const shapes: readonly [string, (text: string) => Block][] = [
    ['heading', (text) => heading(2, 'T ', text)],
    ['heading', (text) => heading(2, text)],
    ['paragraph', (text) => paragraph(text)],
    ['paragraph', (text) => paragraph('x ', code(text), text)],
    ['quote', (text) => quote([text], [text])],
    ['list', (text) => bullets([[text], [text]])],
    [
      'table',
      (text) =>
        table(
          ['A', 'B'],
          [
            [[text], [code(text)]],
            [[code(text)], [text]],
          ],
        ),
    ],
    ['code', (text) => ({ kind: 'code', language: 'text', lines: text.split('\n') })],
  ];
  it.each(shapes)('%s: no text becomes markup', (kind, shape) => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const tree = parse(printMarkdown([shape(text), paragraph('after')]));
        const blocks = tree.children ?? [];
        const [first] = blocks;
        expect(blocks.length).toBeLessThanOrEqual(2);
        expect(first?.type === 'paragraph' ? ['paragraph', ...(allowed[kind] ?? [])] : allowed[kind]).toEqual(
          expect.arrayContaining([...new Set(types(first ?? { type: 'none' }))]),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('every row of a table keeps its cells, and the text says what it said', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const tree = parse(printMarkdown([table(['A', 'B', 'C'], [[[text], [text], ['end']]])]));
        const row = tree.children?.[0]?.children?.[1];
        expect(row?.children?.length).toBe(3);
        expect(row?.children?.map((cell) => textOf(cell))[2]).toBe('end');
        const squeezed = visible(text).replaceAll('‹U+007C›', '|').replace(/\s+/g, '');
        expect(
          textOf(row?.children?.[0] ?? { type: '' })
            .replaceAll('‹U+007C›', '|')
            .replace(/\s+/g, ''),
        ).toBe(squeezed);
      }),
      { numRuns: 1000 },
    );
  });

  it('strong text stays strong and inert', () => {
    const tree = parse(printMarkdown([paragraph(bold('**x** <b> https://e.example'), ' after')]));
    expect(new Set(types(tree))).toEqual(new Set(['root', 'paragraph', 'strong', 'text', 'inlineCode']));
  });

  it('leaves ordinary words readable', () => {
    expect(printMarkdown([paragraph('public.unit_version: 1,204 rows (sha256 ab_cd), G-01 ≥ 5 GB!')])).toBe(
      'public.unit_version: 1,204 rows (sha256 ab_cd), G-01 ≥ 5 GB!\n',
    );
  });
});
