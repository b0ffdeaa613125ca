import { describe, expect, it } from 'vitest';
import { cut, cutBefore, visible, visibleJson } from '../../src/base/visible.js';

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

describe('what nobody can see is shown', () => {
  it.each(['\u115f', '\u3164', '\uffa0', '\u034f', '\u180e', '\ufe00', '\u{e0100}', '\ufffe', '\u{1ffff}'])(
    '%j',
    (character) => {
      const point = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
      expect(visible(`users${character}`)).toBe(`users‹U+${point}›`);
    },
  );
  it('but the choice of an emoji’s form, and letters with marks, stay', () => {
    for (const text of ['⚠️', '⚠︎', 'é', 'tiếng', 'กำ', '日本']) expect(visible(text)).toBe(text);
  });
  it('in JSON as escapes that mean the same', () => {
    const value = { 'a\u202e': ['\u009b2J', '\u{e0001}', 'plain ü', '\n'] };
    const text = visibleJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', ' ')).toMatch(/^[ -~ü]*$/);
  });
});
