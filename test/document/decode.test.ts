import { describe, expect, test } from 'vitest';
import { decodeSource, firstInvalidByte } from '../../src/document/yaml/decode.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const decode = (content: Uint8Array) => decodeSource({ path: 'a.yaml', bytes: content }, 'a.yaml');
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('bytes become text that a person sees as the machine does', () => {
  test('a byte order mark is no part of the text', () => {
    const decoded = decode(bytes(0xef, 0xbb, 0xbf, ...utf8('a: ä')));
    expect(decoded.source.text).toBe('a: ä');
    expect(decoded.findings).toEqual([]);
  });

  test('an invalid byte is told with its offset, line and column', () => {
    const decoded = decode(bytes(...utf8('a: ä\nb: '), 0xff, 0x41));
    const [finding] = decoded.findings;
    expect(finding?.code).toBe('GB1002');
    expect(finding?.message).toContain('offset 9');
    expect(finding?.location.range.start).toEqual({ line: 2, column: 4 });
  });

  test('UTF-16 is named', () => {
    const decoded = decode(bytes(0xff, 0xfe, 0x61, 0x00));
    expect(decoded.findings[0]?.message).toContain('UTF-16');
  });

  test.each(
    [
      '\u001b[2J',
      '\u0000',
      '\u202e',
      '\u2066',
      '\u009b',
      '\u200b',
      '\u200e',
      '\u200f',
      '\u061c',
      '\u2060',
    ].concat(
      ['\ufeff', '\u00ad', '\u3164', '\u2028', '\u{e0041}'],
      ['\u0085', '\u034f', '\u2065', '\u180e', '\u{1d173}', '\u{e0100}'],
    ),
  )('%j is refused, by its place', (c) => {
    const decoded = decode(utf8(`a: ä\nb: ${c}b`));
    expect(decoded.findings.map((d) => d.code)).toEqual(['GB1003']);
    expect(decoded.findings[0]?.location.range.start).toEqual({ line: 2, column: 4 });
  });

  test.each(['שלום', 'é', 'e\u0301', '👩‍👩‍👧', 'نمی\u200cخواهم', '☺\ufe0f', 'ᠠ\u180b'])(
    '%s is text like any other',
    (text) => {
      expect(decode(utf8(`a: ${text}`)).findings).toEqual([]);
    },
  );

  test.each([
    [[0xc0, 0xaf], 0],
    [[0x41, 0xe0, 0x80, 0x80], 1],
    [[0xed, 0xa0, 0x80], 0],
    [[0xf4, 0x90, 0x80, 0x80], 0],
    [[0x41, 0xe2, 0x82], 1],
    [[0xf0, 0x9f, 0x98, 0x80], null],
  ])('%j: first invalid byte %j, as the platform says', (values, expected) => {
    expect(firstInvalidByte(bytes(...values))).toBe(expected);
    const accepts = (): boolean => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes(...values));
        return true;
      } catch {
        return false;
      }
    };
    expect(accepts()).toBe(expected === null);
  });
});
