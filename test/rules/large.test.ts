import { expect, test } from 'vitest';
import { validate } from '../../src/rules/validate.js';
import { largeRunbook } from '../support/large.js';
import { memorySources } from '../support/sources.js';

// How long it takes is a figure of bench/; here it only has to come to its end.
const patienceMs = 120_000;

test(
  '1,000 commands and 5,000 gates have no findings',
  async () => {
    const sources = memorySources({ 'large.yaml': largeRunbook(1000) });
    const { diagnostics } = await validate(sources, ['large.yaml']);
    expect(diagnostics).toEqual([]);
  },
  patienceMs,
);

test(
  'a thousand mistakes, thrice each, are three thousand findings',
  async () => {
    const broken = largeRunbook(1000).replaceAll('free_inodes: {gt: 100}', 'free_inode: {gt: 100}');
    const { diagnostics } = await validate(memorySources({ 'large.yaml': broken }), ['large.yaml']);
    expect(new Set(diagnostics.map((d) => d.code))).toEqual(new Set(['GB2106']));
    expect(diagnostics).toHaveLength(3000);
  },
  patienceMs,
);
