import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationPattern, limitPattern, parseDuration, parseSize } from '../../src/base/quantity.js';

describe('durations', () => {
  test.each([
    ['0s', 0],
    ['250ms', 250],
    ['90s', 90_000],
    ['10m', 600_000],
    ['007m', 420_000],
    ['8761h', 31_539_600_000],
    ['999d', 86_313_600_000],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', 's', '90', '-1s', '1.5h', '1h30m', '1w', '1S', '1000d', '99999h', '１s', '90s\n'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  test('what a schema lets pass is understood: nothing written falls back to a default', () => {
    const written = fc.tuple(fc.integer({ min: 0, max: 1e12 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'));
    fc.assert(
      fc.property(written, ([count, unit]) => {
        const text = `${count}${unit}`;
        expect(new RegExp(durationPattern).test(text)).toBe(parseDuration(text) !== null);
        expect(new RegExp(limitPattern).test(text)).toBe((parseDuration(text) ?? 0) > 0);
      }),
    );
  });
});

test('sizes end where bytes can no longer be counted exactly', () => {
  expect(parseSize('1.5GiB')).toBe(1_610_612_736);
  expect(parseSize('8191TiB')).toBe(8191 * 2 ** 40);
  expect(parseSize('8192TiB')).toBeNull();
  expect(parseSize('-1')).toBeNull();
});
