import { describe, expect, test } from 'vitest';
import { explain, explanations } from '../../src/explain/index.js';
import { findingsOf } from '../support/validate.js';

describe('every example of explain', () => {
  for (const { code, wrong, right } of explanations) {
    if (wrong !== undefined) {
      test(`${code}: the wrong one has exactly this finding`, async () => {
        const found = await findingsOf(wrong);
        expect([...new Set(found.map((d) => d.code))]).toEqual([code]);
      });
    }
    if (right !== undefined) {
      test(`${code}: the right one has none`, async () => {
        const found = await findingsOf(right);
        expect(found.map((d) => `${d.code} ${d.message}`)).toEqual([]);
      });
    }
  }

  test('codes are unique, and found in either case', () => {
    const codes = explanations.map((e) => e.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(explain('gb2104')?.code).toBe('GB2104');
    expect(explain('GB9999')).toBeUndefined();
  });
});
