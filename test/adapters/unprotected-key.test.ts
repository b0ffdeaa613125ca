import { expect, test } from 'vitest';
import { unprotectedKey } from '../../src/adapters/unprotected-key.js';

test('a key that can’t be looked at is none to sign with', () => {
  // Not through a file: to a newer Node that is a key which isn't there.
  expect(unprotectedKey(`/${'k'.repeat(300)}`)).toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('ENAMETOOLONG') as string,
  });
  expect(unprotectedKey('/nowhere/key')).toBeNull();
});
