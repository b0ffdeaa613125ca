import { expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { printMarkdown } from '../../src/report/markdown/print.js';
import { compensation } from '../../src/report/sections/compensation.js';

const linesOf = (recorded: string, renderer = 2): readonly string[] => {
  const done = { kill_switch: true, scope: 'production', recorded: [recorded], escalate: 'SG_3' };
  const section = compensation({ compensation: done, run: { id: 'x', renderer } } as unknown as Report);
  return printMarkdown(section?.blocks ?? []).split('\n');
};
const lineOf = (recorded: string, renderer = 2): string | undefined =>
  linesOf(recorded, renderer).find((line) => line.startsWith('- Recorded: '));
const ids = (count: number): string => Array.from({ length: count }, (_, n) => String(n + 1)).join(', ');

test('every id that was changed is in the report', () => {
  expect(lineOf(ids(500))).toBe(`- Recorded: ${ids(500)}`);
});

test('what is too long to be read says where it is whole', () => {
  expect(lineOf(ids(50_000))).toMatch(/… \(whole in report\.json\)$/);
});

test('a bundle that was sealed with the first form reads as it did', () => {
  expect(lineOf(ids(500), 1)).toMatch(/^.{411}…$/);
});

test('what to do next works as typed', () => {
  expect(linesOf('1')).toContain(
    '- Next: `gatebook enable --as WHO --key FILE`, signed for SG_3, releases the kill switch.',
  );
  expect(linesOf('1').some((line) => line.startsWith('- Next: `gatebook void x --reason TEXT` gives'))).toBe(
    true,
  );
});
