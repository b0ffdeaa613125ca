import { expect } from 'vitest';
import type { Block } from '../docs/support.js';

/** Digests, ids and times are other ones each time. */
const steady = (text: string): string =>
  text
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{4}/g, 'RUN')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+Z)?/g, 'TIME')
    .replace(/SHA256:[\w+/]{43}/g, 'KEY')
    .replace(/\b[0-9a-f]{8,}\b/g, 'HEX')
    .replace(/\b\d+(?:\.\d+)? (?:ms|s)\b/g, 'A WHILE');

/** Every line that is shown stands in what was printed, in that order; `…` stands for anything. */
export function expectShown({ page, line, text }: Block, printed: string): void {
  const lines = steady(printed).split('\n');
  let from = 0;
  for (const shown of text.split('\n').filter((each) => each.trim() !== '…')) {
    const parts = steady(shown).split('…');
    const pattern = new RegExp(
      `^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}$`,
    );
    const found = lines.findIndex((each, index) => index >= from && pattern.test(each));
    expect(found, `${page}:${line} shows\n${shown}\nand this was printed:\n${printed}`).not.toBe(-1);
    from = found + 1;
  }
}
