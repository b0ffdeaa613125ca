import { describe, expect, it } from 'vitest';
import { cut, cutBefore } from '../../src/base/visible.js';

describe('a text that is too long', () => {
  it('ends with … where it was cut', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdefg', 6)).toBe('abcde…');
    expect(cut('🐘🐘🐘', 2)).toBe('🐘…');
  });
  it('begins with … and a whole line where its beginning is left out', () => {
    expect(cutBefore('one\ntwo', 7)).toBe('one\ntwo');
    expect(cutBefore('a secret word\ntwo\nthree', 16)).toBe('…\ntwo\nthree');
    expect(cutBefore('a secret word', 6)).toBe('…\n');
  });
});
