import { Ajv } from 'ajv';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, test } from 'vitest';
import { reviewCommand } from '../../src/cli/reading/review.js';
import { renderReview, type Review } from '../../src/review/index.js';
import { schema } from '../../src/review/schema.js';
import { base, edited, files } from './base.js';
import { comparisonOf, reviewOf } from './support.js';

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
const fixture = (format: string): string => `../fixtures/review/o9-backup.${format}`;

/** Markup that names something to fetch, or that runs. */
const active =
  /<(?:script|link|img|iframe|object|embed|form|base|svg|audio|video|a)\b|(?:src|href|action|srcset)\s*=|url\(|@import|javascript:/i;

interface Node {
  readonly type: string;
  readonly children?: readonly Node[];
}

function typesIn(markdown: string): ReadonlySet<string> {
  const types = new Set<string>();
  const walk = ({ type, children = [] }: Node): void => {
    types.add(type);
    if (type === 'table')
      for (const row of children) expect(row.children).toHaveLength(children[0]?.children?.length ?? 0);
    children.forEach(walk);
  };
  walk(unified().use(remarkParse).use(remarkGfm).parse(markdown) as Node);
  return types;
}
const markup = ['link', 'image', 'html', 'linkReference', 'definition', 'delete', 'emphasis'];

describe('the review of o9-backup', () => {
  const review = (format: 'md' | 'json' | 'html') =>
    reviewCommand('runbooks/o9-backup.yaml', { param: [], format });

  test.each(['md', 'json', 'html'] as const)('reads as its golden file, %s', async (format) => {
    const { stdout, stderr, exitCode } = await review(format);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    await expect(stdout).toMatchFileSnapshot(fixture(format));
  });

  test('as JSON it is valid against its schema', async () => {
    validate(JSON.parse((await review('json')).stdout));
    expect(validate.errors).toBeNull();
  });

  test('as Markdown it holds whole tables and no markup of its own making', async () => {
    const types = typesIn((await review('md')).stdout);
    expect(types).toContain('table');
    for (const type of markup) expect(types).not.toContain(type);
  });

  test('as HTML it fetches nothing and runs nothing', async () => {
    const html = (await review('html')).stdout;
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'`);
    expect(html).not.toMatch(active);
    expect(html.replace(/<title>.*?<\/title>/, '')).not.toMatch(/https?:/);
  });

  test('every gate of the runbook is in it, with what it compares', async () => {
    const { commands } = JSON.parse((await review('json')).stdout) as Review;
    const gates = commands.flatMap(({ guards, expectations }) => [...guards, ...expectations]);
    expect(gates).toHaveLength(27);
    expect(gates.filter(({ expects }) => expects.length === 0)).toEqual([]);
  });
});

describe('what stands in a review', () => {
  const hostile = '| <b>x</b> [a](http://b) `c` \\u202e \\u001b[2J </details> ![](x)';

  test('text from outside is only text, in the changes too', async () => {
    const after = files(edited(['title: enough free disk', `title: "${hostile}"`], ['gt: 100', 'gt: 1']));
    const review = await reviewOf(after, await comparisonOf(files(base), after));
    const types = typesIn(renderReview(review, 'md'));
    for (const type of markup) expect(types).not.toContain(type);
    expect(renderReview(review, 'html')).not.toMatch(active);
    for (const format of ['md', 'html'] as const)
      expect(renderReview(review, format)).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
    validate(JSON.parse(renderReview(review, 'json')));
    expect(validate.errors).toBeNull();
  });

  test('what is written to production, who has to approve and what happens then come first', async () => {
    const review = await reviewOf(
      files(
        edited(
          ['    production: true\n', '    production: true\n    access: write\n'],
          [
            'authorization: {none: reads production}',
            'authorization: {slots: [SG_1, SG_2], valid_for: 24h}\ncompensation: {kill_switch: true, record: [the ids], escalate: SG_3}',
          ],
        ),
      ),
    );
    const markdown = renderReview(review, 'md');
    expect(markdown).toContain('Production is WRITTEN: prod.');
    expect(markdown).toContain('**Authorization** SG_1 and SG_2, valid for 24 h');
    expect(markdown).toContain('Only a signed statement of SG_3 lets anything run again');
    const at = (title: string): number => markdown.indexOf(title);
    expect(at('What it touches')).toBeLessThan(at('Proposed command sequence'));
    expect(at('Authorization\n')).toBeLessThan(at('Proposed command sequence'));
  });

  test('another user on the server of production writes to production', async () => {
    const writer = '  writer: {access: write, postgres: {of: prod, user: w}}\nkeys:\n  backup:';
    const review = await reviewOf(files(edited(['keys:\n  backup:', writer])));
    expect(renderReview(review, 'md')).toContain('Production is WRITTEN: writer.');
    expect(review.touches.targets.find(({ name }) => name === 'writer')?.production).toBe(true);
  });

  test('a change that nothing takes back, and a thing that is kept, are told as such', async () => {
    const review = await reviewOf(
      files(
        edited(
          ['    effect: create\n', '    effect: change\n'],
          ['destroy: [copy, backup]', 'destroy: [copy]'],
          [
            '      - exec: {argv: [refused]}',
            '      - sql: {target: prod, query: DELETE FROM a}\n      - exec: {argv: [refused]}',
          ],
          ['    production: true\n', '    access: write\n'],
        ),
      ),
    );
    const fates = review.resources.map(({ command, does, fate }) => [command, does, fate].join(' '));
    expect(fates).toContain('C-02 create kept');
    expect(fates).toContain('C-03 create destroyed');
    expect(fates).toContain('C-04 change stays');
    expect(fates).toContain('C-04 change unknown');
  });

  test('hard aborts name their targets, refusals are no aborts', async () => {
    const { aborts, refusals } = await reviewOf(files(base));
    expect(aborts.find(({ gates }) => gates.includes('G-02'))).toMatchObject({
      targets: ['prod'],
      verdict: 'FAIL',
    });
    expect(refusals).toEqual([{ command: 'C-04', action: 'runs refused', refusal: 'code PROGRAM_MISSING' }]);
  });

  test('names outside are told, values are not looked up', async () => {
    const { touches } = await reviewOf(files(base));
    expect(touches.outside.map(({ name, secret }) => [name, secret])).toEqual([
      ['PROD_DATABASE_URL', true],
      ['PROD_SYSID', false],
      ['BACKUP_FPR', false],
    ]);
  });

  test('what every iteration of a loop does alike is told once', async () => {
    const looped = edited(
      ['    title: A program\n', '    title: A program\n    for_each: {S1: 1, S2: 2, S3: 3}\n'],
      [
        '- exec: {argv: [refused]}\n        as: refused\n        expect_error: {code: PROGRAM_MISSING}\n',
        '- exec: {argv: [refused, "${{ each.key }}"]}\n        expect_error: {code: PROGRAM_MISSING}\n    expectations:\n      G-05a: {title: t, probe: {disk: {path: /tmp}}, expect: {free_bytes: {gt: 1}}}\n',
      ],
    );
    const review = await reviewOf(files(looped));
    expect(review.refusals).toHaveLength(3);
    const markdown = renderReview(review, 'md');
    expect(markdown).toContain(
      'C-04\\[S1\\] and 2 more: runs refused S1 — refused with code PROGRAM_MISSING',
    );
    expect(markdown).toContain('any of G-01 or G-03 to G-05a does not hold');
  });
});
