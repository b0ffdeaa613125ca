import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentsCommand } from '../../src/cli/evidence/contents.js';
import type { RunEvent } from '../../src/model/event.js';
import { journalBytes } from '../support/journal.js';
import { failed, passed, refused } from '../support/o9-events.js';

let reports: string;
beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'gb-kb-'));
  await put('o9-backup/20261121T081502Z-7c1e', passed());
  await put('o9-backup/20261122T081502Z-0001', failed(), '2026-11-22T08:15:02.000Z');
  await put('another/20261120T081502Z-0002', refused(), '2026-11-20T08:15:02.000Z');
});
afterEach(() => rm(reports, { recursive: true, force: true }));

async function put(path: string, events: readonly RunEvent[], startedAt?: string): Promise<void> {
  await mkdir(join(reports, path), { recursive: true });
  await writeFile(join(reports, path, 'journal.jsonl'), journalBytes(events, startedAt));
}
const page = () => readFile(join(reports, 'README.md'), 'utf8');
const write = () => contentsCommand([reports], { check: false });
const check = () => contentsCommand([reports], { check: true });

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}
const textOf = ({ value = '', children = [] }: Node): string => value + children.map(textOf).join('');
const parsed = (markdown: string): Node =>
  unified().use(remarkParse).use(remarkGfm).parse(markdown) as unknown as Node;
const urlsOf = (markdown: string): readonly string[] => {
  const walk = (node: Node): readonly string[] => [
    ...(node.url === undefined ? [] : [node.url]),
    ...(node.children ?? []).flatMap(walk),
  ];
  return walk(parsed(markdown));
};
function rowsOf(markdown: string): readonly (readonly string[])[] {
  const table = parsed(markdown).children?.find(({ type }) => type === 'table');
  return (table?.children ?? []).map((row) => (row.children ?? []).map(textOf));
}

describe('the table of contents', () => {
  test('has a row for each journal, the newest first, and leads to each report', async () => {
    expect((await write()).exitCode).toBe(0);
    const [head, ...rows] = rowsOf(await page());
    expect(head).toEqual(['KB', 'Date', 'Title', 'Verdict', 'Mode', 'Tags']);
    expect(rows.map(([id, date, , verdict]) => [/^KB-[0-9A-F]{4}$/.test(id ?? ''), date, verdict])).toEqual([
      [true, '2026-11-22', 'FAIL'],
      [true, '2026-11-21', 'PASS'],
      [true, '2026-11-20', 'REFUSED'],
    ]);
    expect(await page()).toContain('](o9-backup/20261122T081502Z-0001/report.md)');
  });
  test('is a function of the journals: the same bytes again, and --check agrees', async () => {
    await write();
    const first = await page();
    await write();
    expect(await page()).toBe(first);
    expect((await check()).exitCode).toBe(0);
  });
  test('--check finds what is missing, and what was edited, by line; it writes nothing', async () => {
    expect((await check()).exitCode).toBe(1);
    await write();
    const first = await page();
    await put('o9-backup/20261123T081502Z-0003', passed(), '2026-11-23T08:15:02.000Z');
    const { stderr, exitCode } = await check();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('README.md:3 is not what the journals give');
    expect(stderr).toContain('next     gatebook report --index');
    expect(await page()).toBe(first);
  });
  test('a page that can not be written is told with what to do about it', async () => {
    await mkdir(join(reports, 'README.md'));
    const { stderr, exitCode } = await write();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`README.md can't be written: `);
    expect(stderr).toContain(`next     see that you can write in ${reports}`);
  });
  test('names a bundle that was set aside, and shows nothing of it', async () => {
    await put('o9-backup/20261124T081502Z-0004.set-aside', passed());
    expect((await write()).exitCode).toBe(0);
    expect(rowsOf(await page())).toHaveLength(4);
    expect(await page()).toContain('## Set aside\n\n');
    expect(await page()).toContain('- `o9-backup/20261124T081502Z-0004.set-aside`');
  });
  test('names each broken bundle, there and on stderr, and is no success', async () => {
    await truncate(join(reports, 'another/20261120T081502Z-0002/journal.jsonl'), 300);
    await mkdir(join(reports, 'empty/run'), { recursive: true });
    for (const ended of [await write(), await check()]) {
      expect(ended.exitCode).toBe(1);
      expect(ended.stderr).toContain('another/20261120T081502Z-0002 is broken: journal.jsonl:1');
      expect(ended.stderr).toContain('empty/run is broken: journal.jsonl does not exist');
    }
    expect(rowsOf(await page())).toHaveLength(3);
    expect(await page()).toContain('- `empty/run`: journal.jsonl does not exist');
    expect(await page()).not.toContain(reports);
  });
  test('no name or title of it is markup', async () => {
    const path = 'evil)/run](x) <b>';
    const events = passed().map((event) =>
      event.type === 'run_planned'
        ? { ...event, outline: { ...event.outline, title: 'a](http://evil.example) | b', tags: ['<img>'] } }
        : event,
    );
    await put(path, events, '2026-11-30T08:15:02.000Z');
    await write();
    const rows = rowsOf(await page());
    expect(rows[1]?.[2]).toBe('a](http://evil.example) | b');
    expect(rows[1]?.[5]).toBe('<img>');
    expect(urlsOf(await page())[0]).toBe('evil%29/run%5D%28x%29%20%3Cb%3E/report.md');
  });
  test('of a folder that is not there is a failure that says so', async () => {
    expect(await contentsCommand([join(reports, 'absent')], { check: false })).toMatchObject({ exitCode: 4 });
  });

  test('is never written into a bundle, whose seal it would break', async () => {
    const bundle = join(reports, 'o9-backup/20261121T081502Z-7c1e');
    expect(await contentsCommand([bundle], { check: false })).toMatchObject({ exitCode: 2 });
    expect(await readdir(bundle)).toEqual(['journal.jsonl']);
  });

  test('is of one folder', async () => {
    expect(await contentsCommand([reports, 'another'], { check: false })).toMatchObject({ exitCode: 2 });
    expect(await readdir(reports)).not.toContain('README.md');
  });
});
