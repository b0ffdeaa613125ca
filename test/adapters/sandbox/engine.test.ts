import { describe, expect, test } from 'vitest';
import { chooseMajor, refuseMajor } from '../../../src/adapters/sandbox/engine.js';

describe('of the versions that are installed', () => {
  test.each([
    ['its source’s', [18, 15, 14], { source: 15 }, 15],
    ['its source’s, although a newer one would do', [15, 14], { source: 14 }, 14],
    ['none that is newer unasked', [18, 17, 16], { source: 15 }, undefined],
    ['none that is older', [15], { source: 17 }, undefined],
    ['the one that is asked for, newer than its source', [18, 15], { source: 15, major: 18 }, 18],
    ['none that is asked for and older', [18, 15, 14], { source: 15, major: 14 }, undefined],
    ['the newest that is supported where it is a copy of nothing', [19, 18, 15], {}, 18],
    ['none that is not supported, although it is asked for', [13], { major: 13 }, undefined],
  ])('a throwaway server takes %s', (_, majors, wanted, chosen) => {
    expect(chooseMajor(majors, wanted)).toBe(chosen);
  });

  test.each([
    [[], { source: 17 }, 'ENGINE_MISSING', /no PostgreSQL server programs/, /postgresql-17 /],
    [
      [15],
      { source: 17 },
      'ENGINE_VERSION',
      /is PostgreSQL 17, .* same version; installed here: 15$/,
      /postgresql-17 /,
    ],
    [[18], { source: 14 }, 'ENGINE_VERSION', /is PostgreSQL 14, .* installed here: 18$/, /postgresql-14 /],
    [[15], { source: 15, major: 14 }, 'ENGINE_VERSION', /14 is older than its source, 15/, /say 15/],
    [[13], {}, 'ENGINE_VERSION', /is of PostgreSQL 14 to 18; installed here: 13$/, /postgresql-15 /],
  ])('%j for %j: %s', (majors, wanted, code, message, next) => {
    expect(refuseMajor(majors, wanted)).toEqual({
      code,
      message: expect.stringMatching(message) as string,
      next: expect.stringMatching(next) as string,
    });
  });
});
