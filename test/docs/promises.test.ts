import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from './support.js';

const page = readFileSync(`${root}docs/promises.md`, 'utf8');
const rows = page.split('\n').filter((line) => /^\|.*\]\(\.\.\/test\//.test(line));

interface Named {
  readonly file: string;
  readonly title: string | undefined;
}
const namedIn = (row: string): readonly Named[] =>
  [...row.matchAll(/\]\(\.\.\/(test\/[^)]+)\)(?:: “([^”]+)”)?/g)].map(([, file = '', title]) => ({
    file,
    title,
  }));

/** `test('…'`, `it(`, `describe(`, `ruleTable(`, and what follows `.each(…)`. */
function holds(text: string, title: string): boolean {
  const quoted = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:\\b(?:test|it|describe|ruleTable)|\\))\\(\\s*(['"\`])${quoted}\\1`).test(text);
}

describe('every promise names tests that are there', () => {
  test('there are promises', () => expect(rows.length).toBeGreaterThan(80));
  test.each(rows.map((row) => [row.split('|')[1]?.trim() ?? '', row] as const))('%s', (_promise, row) => {
    const named = namedIn(row);
    expect(named.length).toBeGreaterThan(0);
    for (const { file, title } of named) {
      expect(existsSync(`${root}${file}`), file).toBe(true);
      if (file.endsWith('.test.ts')) expect(title, `${file}: which test?`).toBeDefined();
      if (title === undefined) continue;
      expect(holds(readFileSync(`${root}${file}`, 'utf8'), title), `${file}: ${title}`).toBe(true);
    }
  });
  test('a title that is not there is found', () => {
    expect(holds("test('a gate', () => {})", 'a gate')).toBe(true);
    expect(holds("test('a gate', () => {})", 'a')).toBe(false);
    expect(holds("const a = 'a gate';", 'a gate')).toBe(false);
  });
});
