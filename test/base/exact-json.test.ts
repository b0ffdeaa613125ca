import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from '../../src/base/exact-json.js';
import { cpuMs } from '../support/cpu-ms.js';

const big = 12345678901234567890n;

describe('exact JSON', () => {
  test('an integer that no number holds is a bigint, wherever it stands, and no string ever is', () => {
    expect(parseExactJson(`{"a": [${big}, -${big}, 1, 1e3], "b": "${big}"}`)).toMatchObject({
      ok: true,
      value: { a: [big, -big, 1, 1000], b: String(big) },
    });
    const text = '":x:12"';
    const mark = `:${createHash('sha256').update(text).digest('hex')}:`;
    for (const made of [':::12', '\\u003a12', '\\u0000big:12', mark + '12'])
      expect(parseExactJson(`["${made}", ${big}]`)).toMatchObject({ value: [JSON.parse(`"${made}"`), big] });
  });

  test.each([
    ['colons', `"${':'.repeat(1_000_000)}"`],
    ['integers', `[${`${big},`.repeat(45_000)}1]`],
    ['both', `["${':'.repeat(500_000)}"${`,${big}`.repeat(20_000)}]`],
  ])('a megabyte of %s is read soon', (_, text) => {
    expect(cpuMs(() => expect(parseExactJson(text).ok).toBe(true))).toBeLessThan(3000);
  });

  test('a text that is never closed is refused soon, and one of any length is read', () => {
    const open = `"${'\\"'.repeat(100_000)}`;
    expect(cpuMs(() => expect(parseExactJson(open).ok).toBe(false))).toBeLessThan(3000);
    const long = 'x'.repeat(20_000_000);
    expect(parseExactJson(`"${long}"`)).toEqual({ ok: true, value: long });
  });

  test.each(['1e400', '{"a": [-1e999]}'])('%s: what would become infinite is an error', (text) => {
    expect(parseExactJson(text)).toEqual({ ok: false, error: 'a number is too large to be held' });
  });

  test('nested without end is an error, not the end of the runner', () => {
    for (const levels of [300, 100_000])
      expect(parseExactJson(`${'['.repeat(levels)}${']'.repeat(levels)}`)).toMatchObject({ ok: false });
  });
});
