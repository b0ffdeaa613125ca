import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Review } from '../../src/review/index.js';
import { renderReview } from '../../src/review/index.js';
import { reviewOf } from './support.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Two commands that run the same SQL file, one that runs a script, and a seed that nothing but a stand-in runs. */
const filesWith = (sql: string, script = '#!/bin/sh\necho hi\n') => ({
  'runbook.yaml': `
targets:
  prod:
    postgres: {url: {env: URL}, embedded: {seed: [seed.sql]}}
    production: true
    identity: {database: app, system_identifier: {env: SYSTEM}}
commands:
  C-01:
    title: Look
    do: [{sql: {target: prod, file: look.sql, sha256: ${sha256(sql)}}}]
    expectations:
      G-01:
        title: the script is content
        probe: {script: {file: look.sh, sha256: ${sha256(script)}}}
        expect: {exit_code: 0}
  C-02:
    title: Look again
    do: [{sql: {target: prod, file: look.sql, sha256: ${sha256(sql)}}}]
authorization: {none: looks}
`,
  'look.sql': sql,
  'look.sh': script,
  'seed.sql': 'create table stand_in ();\n',
});

const markdownOf = async (sql: string): Promise<string> => renderReview(await reviewOf(filesWith(sql)), 'md');
const textOf = ({ files }: Review, path: string) => files.find((file) => file.path === path)?.text;

describe('a pinned file that would be run', () => {
  test('stands below the action or gate that runs it first, and once', async () => {
    const markdown = await markdownOf('-- the rows\nselect 1;\n');
    expect(markdown).toContain('sql, file `look.sql`:\n\n```sql\n-- the rows\nselect 1;\n```');
    expect(markdown).toContain('G-01, file `look.sh`:\n\n```\n#!/bin/sh\necho hi\n```');
    expect(markdown.match(/-- the rows/g)).toHaveLength(1);
    expect(markdown.indexOf('-- the rows')).toBeLessThan(markdown.indexOf('### C-02'));
    expect(markdown).not.toContain('stand_in');
  });

  test('is in the HTML and the JSON too', async () => {
    const review = await reviewOf(filesWith('select 1;\n'));
    expect(renderReview(review, 'html')).toContain('select 1;');
    expect(textOf(review, 'look.sql')).toEqual({ lines: ['select 1;'], left_out: null });
    expect(textOf(review, 'seed.sql')).toBeNull();
    expect(textOf(review, 'runbook.yaml')).toBeNull();
  });

  test('is cut after a hundred lines, and what was left out is said', async () => {
    const markdown = await markdownOf(Array.from({ length: 140 }, (_, at) => `select ${at + 1};\n`).join(''));
    expect(markdown).toContain('select 100;\n```\n\nLeft out here: 479 B, in 40 lines.');
    expect(markdown).not.toContain('select 101;');
  });

  test('is cut after 8,192 characters, also within a line that is longer', async () => {
    const many = await reviewOf(filesWith(`${'x'.repeat(5000)}\n${'y'.repeat(5000)}\n`));
    expect(textOf(many, 'look.sql')).toEqual({
      lines: ['x'.repeat(5000)],
      left_out: { lines: 1, bytes: 5000 },
    });
    const one = textOf(await reviewOf(filesWith(`${'x'.repeat(9000)}\n`)), 'look.sql');
    expect(one?.lines).toEqual([`${'x'.repeat(8191)}…`]);
    expect(one?.left_out).toEqual({ lines: 1, bytes: 9000 - 8191 });
  });

  test('can neither end its own block nor hide what it holds', async () => {
    const markdown = await markdownOf('select 1;\n```\n# not a heading\u202e\n');
    expect(markdown).toContain('````sql\nselect 1;\n```\n# not a heading‹U+202E›\n````');
  });
});
