import { describe, expect, test } from 'vitest';
import type { Example } from '../../src/explain/index.js';
import { findingsOf } from './validate.js';

interface Table {
  readonly valid: Readonly<Record<string, Example | string>>;
  /** What it says, at the text that it marks: `GB2104 gte: 0`. */
  readonly invalid: Readonly<Record<string, readonly [Example | string, ...string[]]>>;
}

/** One rule's table: what it lets pass, and what it finds, where. Warnings are looked at where they are asked for. */
export function ruleTable(rule: string, codes: readonly string[], { valid, invalid }: Table): void {
  describe(rule, () => {
    for (const [name, example] of Object.entries(valid)) {
      test(`valid: ${name}`, async () => {
        const found = await findingsOf(example);
        expect(found.filter((d) => d.severity === 'error' || codes.includes(d.code)).map(words)).toEqual([]);
      });
    }
    for (const [name, [example, ...expected]] of Object.entries(invalid)) {
      test(`invalid: ${name}`, async () => {
        const { found, marked } = await marksOf(example);
        const own = found.flatMap((d, i) => (codes.includes(d.code) ? [`${d.code} ${marked[i] ?? ''}`] : []));
        expect(own).toEqual(expected);
      });
    }
  });
}

const words = (d: { readonly code: string; readonly message: string }): string => `${d.code} ${d.message}`;

async function marksOf(example: Example | string) {
  const { wholeExample } = await import('../../src/explain/index.js');
  const lines = wholeExample(example).split('\n');
  const found = await findingsOf(example);
  const marked = found.map(({ location: { range } }) => {
    const line = lines[range.start.line - 1] ?? '';
    return line.slice(
      range.start.column - 1,
      range.end.line === range.start.line ? range.end.column - 1 : undefined,
    );
  });
  return { found, marked };
}

/** A gate of one line each. */
export const gate = (id: string, rest: string): string => `      ${id}: {title: t, ${rest}}\n`;
export const disk = 'probe: {disk: {path: "${{ run.work }}"}}';
export const free = (id: string): string => gate(id, `${disk}, expect: {free_bytes: {gt: 5}}`);
export const command = (id: string, rest: string): string => `  ${id}:\n    title: t\n${rest}`;
export const guards = (...gates: readonly string[]): string => `    guards:\n${gates.join('')}`;
export const expectations = (...gates: readonly string[]): string => `    expectations:\n${gates.join('')}`;
export const actions = (...items: readonly string[]): string =>
  `    do:\n${items.map((i) => `      - ${i}\n`).join('')}`;
export const runbook = (...commands: readonly string[]): string => `commands:\n${commands.join('')}`;
/** One command with one gate. */
export const only = (rest: string): string => runbook(command('C-01', guards(gate('G-01', rest))));
