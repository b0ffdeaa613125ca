import { expect, test } from 'vitest';
import type { Report } from '../../src/report/index.js';
import { printMarkdown } from '../../src/report/markdown/print.js';
import { rowMatrices } from '../../src/report/sections/body.js';

const lastRow = (rows: Report['tables'][number]['rows'], renderer = 2): string | undefined => {
  const tables = [{ title: 'T', columns: ['Country', 'Orders', 'Sum'], rows, total: [null, 4, null] }];
  const blocks = rowMatrices({ tables, run: { renderer } } as unknown as Report).flatMap(
    (section) => section.blocks,
  );
  return printMarkdown(blocks).trimEnd().split('\n').at(-1);
};

test('an amount that is text, and the same in each row, is no total', () => {
  const total = '| **Total** | **4** |  |';
  for (const amount of ['100.00', '-7', '.5', '12 MB'])
    expect(
      lastRow([
        ['GB', 3, amount],
        ['UK', 1, amount],
      ]),
    ).toBe(total);
});

test('a word that is the same in each row is that of the whole', () => {
  expect(
    lastRow([
      ['GB', 3, 'equal'],
      ['UK', 1, 'equal'],
    ]),
  ).toBe('| **Total** | **4** | **equal** |');
});

test('a bundle that was sealed with the first form reads as it did', () => {
  expect(lastRow([['GB', 4, '100.00']], 1)).toBe('| **Total** | **4** | **100.00** |');
});
