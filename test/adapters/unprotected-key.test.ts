import { expect, test } from 'vitest';
import { unprotectedKey } from '../../src/adapters/unprotected-key.js';

test('a key that can’t be looked at is none to sign with', () => {
  expect(unprotectedKey('/etc/passwd/key')).toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('ENOTDIR') as string,
  });
  expect(unprotectedKey('/nowhere/key')).toBeNull();
});
