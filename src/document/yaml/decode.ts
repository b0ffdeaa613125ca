import type { Diagnostic } from '../../text/diagnostic.js';
import { IndexedSource } from '../../text/source.js';
import type { SourceBytes } from '../../ports/sources.js';

/**
 * C0 but tab, line feed, carriage return; DEL and C1. YAML 1.2 forbids them in a stream (5.1) but for NEL, which some
 * editors show as a line break, and YAML doesn't.
 */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Explicit directional marks make text read differently from what runs (CVE-2021-42574). */
const BIDIRECTIONAL = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/**
 * Takes no room on the screen: what Unicode calls ignorable, but for what scripts and emoji need (the joiners U+200C
 * and U+200D, the selectors of variants); separators of lines; marks of annotations.
 */
const UNSEEN =
  /(?![\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}|[\u2028\u2029\ufff9-\ufffb]/u;

const invisibles: readonly (readonly [RegExp, string])[] = [
  [CONTROL, 'a control character'],
  [BIDIRECTIONAL, 'an invisible mark that changes the direction of text'],
  [UNSEEN, 'an invisible character'],
];

export interface Decoded {
  /** As much of the text as can be shown. */
  readonly source: IndexedSource;
  readonly findings: readonly Diagnostic[];
}

/** Bytes → text that a person sees as the machine does. */
export function decodeSource({ path, bytes }: SourceBytes, shown: string): Decoded {
  if (hasUtf16Mark(bytes)) {
    const source = new IndexedSource(path, '', shown);
    return { source, findings: [notUtf8(source, 0, 'the file is UTF-16')] };
  }
  // The decoder drops a byte order mark, so offsets count from the first character that a person sees.
  const source = new IndexedSource(path, new TextDecoder().decode(bytes), shown);
  const invalid = firstInvalidByte(bytes);
  if (invalid !== null) {
    const before = new TextDecoder().decode(bytes.subarray(0, invalid));
    const hex = (bytes[invalid] ?? 0).toString(16).padStart(2, '0');
    const message = `the file isn't UTF-8: byte 0x${hex} at offset ${String(invalid)}`;
    return { source, findings: [notUtf8(source, before.length, message)] };
  }
  for (const [pattern, what] of invisibles) {
    const found = pattern.exec(source.text);
    if (found) return { source, findings: [invisible(source, found, what)] };
  }
  return { source, findings: [] };
}

const notUtf8 = (source: IndexedSource, offset: number, message: string): Diagnostic => ({
  code: 'GB1002',
  severity: 'error',
  message,
  location: source.location(offset, offset + 1),
  fix: 'save it as UTF-8',
});

function invisible(source: IndexedSource, match: RegExpExecArray, what: string): Diagnostic {
  const point = match[0].codePointAt(0) ?? 0;
  const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  return {
    code: 'GB1003',
    severity: 'error',
    message: `${what} (${name}) in the source`,
    location: source.location(match.index, match.index + 1),
    reason: 'a reviewer would not see what runs',
    fix: 'remove it',
  };
}

const hasUtf16Mark = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

/** Offset of the first byte that no UTF-8 sequence explains (RFC 3629), or null. */
export function firstInvalidByte(bytes: Uint8Array): number | null {
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return null;
}

function sequenceLength(bytes: Uint8Array, i: number): number {
  const first = bytes[i] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xf0 && first <= 0xf4
      ? 4
      : first >= 0xe0 && first < 0xf0
        ? 3
        : first >= 0xc2 && first < 0xe0
          ? 2
          : 0;
  for (let k = 1; k < length; k++) {
    if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[i + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const surrogate = first === 0xed && second > 0x9f;
  const tooHigh = first === 0xf4 && second > 0x8f;
  return overlong || surrogate || tooHigh ? 0 : length;
}
