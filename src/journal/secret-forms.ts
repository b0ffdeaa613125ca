import { Buffer } from 'node:buffer';
import { grouped } from '../base/words.js';

export interface SecretForms {
  /** Must stand as they are, but for terminal codes between their characters. */
  readonly plain: readonly string[];
  /** Base64 and hex: tools wrap them, so line ends between their characters don't matter. */
  readonly wrapped: readonly string[];
}

/**
 * Base64 of `bytes` wherever they begin in a longer input: at each of the three positions in a group, the
 * digits that depend on these bytes alone.
 */
function base64AtAnyShift(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + bytes.length) * 8) / 6);
    return digits.slice(first, last);
  });
}

const urlAlphabet = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

function percentEncoded(value: string): string[] {
  // A lone surrogate, which has no UTF-8, becomes U+FFFD.
  const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const lower = (s: string) => s.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const form = component.replaceAll('%20', '+');
  const strictForm = strict.replaceAll('%20', '+');
  // Python's quote() leaves a slash, JavaScript's escapes of the brackets aside.
  const path = strict.replaceAll('%2F', '/');
  return [component, strict, form, strictForm, path, encodeURI(wellFormed)].flatMap((s) => [s, lower(s)]);
}

function jsonEscaped(value: string): string[] {
  const inner = JSON.stringify(value).slice(1, -1);
  const point = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const upper = (c: string) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const ascii = inner.replace(/[\u007f-\uffff]/g, point);
  const again = (s: string) => JSON.stringify(s).slice(1, -1);
  return [
    ...[inner, ascii, inner.replaceAll('/', '\\/'), again(inner), again(ascii)],
    // Go writes it safe for HTML; .NET that too, in capitals, and in ASCII.
    inner.replace(/[<>&]/g, point),
    inner.replace(/[\u007f-\uffff]/g, upper),
    inner.replace(/[<>&'+`\u007f-\uffff]/g, upper).replaceAll('\\"', '\\u0022'),
  ];
}

/**
 * As C's strings have it: COPY's text, Python's repr and Node's inspect, `$'…'` and `E'…'`; what isn't ASCII also byte
 * by byte, in octal digits (bash, git, ls) or hex ones (Python), or as Python's code points.
 */
function backslashed(value: string): string[] {
  const inner = value.replace(/[\\\t\r\n]/g, (c) => JSON.stringify(c).slice(1, -1));
  const bytewise = (s: string, byte: (b: number) => string) =>
    s.replace(/[^\0-\x7f]+/g, (run) => Array.from(Buffer.from(run, 'utf8'), byte).join(''));
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
  const python = (c: string) => {
    const code = c.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  };
  return [
    inner,
    inner.replaceAll("'", "\\'"),
    inner.replaceAll("'", "''"),
    inner.replaceAll('"', '\\"'),
  ].flatMap((s) => [
    s,
    bytewise(s, (b) => `\\${b.toString(8)}`),
    bytewise(s, (b) => `\\x${hex(b, 2)}`),
    s.replace(/[^\0-\x7f]/gu, python),
  ]);
}

function xmlEscaped(value: string): string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = text.replaceAll('"', '&quot;');
  return [
    text,
    quoted,
    ...['&apos;', '&#39;', '&#x27;'].map((apostrophe) => quoted.replaceAll("'", apostrophe)),
    // Go's html.
    text.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
  ];
}

function quoted(value: string): string[] {
  return [
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replace(/["$`\\]/g, (c) => `\\${c}`),
    value.replace(/[^A-Za-z0-9_@%+=:,./-]/g, (c) => `\\${c}`),
    // What bash's `%q` and completion leave as it is, is more.
    value.replace(/[ !"$&'()*,;<>?[\\\]^`{|}]|^[#~]|(?<=[:=])~/g, (c) => `\\${c}`),
    value.replaceAll("'", "''"),
    value.replaceAll('"', '""'),
    // PostgreSQL's quote_literal, and an element of an array.
    value.replace(/['\\]/g, '$&$&'),
    value.replace(/["\\]/g, (c) => `\\${c}`),
    // A libpq connection string or Python's repr; a line of .pgpass.
    value.replace(/['\\]/g, (c) => `\\${c}`),
    value.replace(/[:\\]/g, (c) => `\\${c}`),
  ];
}

/** As xxd, od, openssl and C write bytes out, line by line; in pairs a byte may be the first or the second. */
function hexWithSigns(hex: string): string[] {
  if (hex.length > 512) return [];
  return [hex, hex.toUpperCase()].flatMap((digits) => {
    const bytes = digits.match(/../g) ?? [];
    const pairs = (from: number) => digits.slice(from).replace(/.{4}(?=.)/g, '$& ');
    return [
      ...[' ', ':', '-', ', 0x', ',0x', '\\x', '%'].map((sign) => bytes.join(sign)),
      ...[pairs(0), `${digits.slice(0, 2)} ${pairs(2)}`],
    ];
  });
}

const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6: at each of the five positions in a group, as `base64AtAnyShift`. */
function base32AtAnyShift(bytes: Uint8Array): string[] {
  return [0, 1, 2, 3, 4].map((shift) => {
    const bits = Array.from(bytes, (b) => b.toString(2).padStart(8, '0')).join('');
    const skipped = (5 - ((shift * 8) % 5)) % 5;
    const groups = bits.slice(skipped).match(/.{5}/g) ?? [];
    return groups.map((group) => base32Digits[parseInt(group, 2)] ?? '').join('');
  });
}

/** Every spelling of a secret that a tool is likely to print. */
export function secretForms(value: string): SecretForms {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = base64AtAnyShift(bytes);
  const plain = [
    value,
    // As a number is written for people, by this program too.
    ...(/^[1-9][0-9]*$/.test(value) ? [grouped(BigInt(value))] : []),
    ...value.split(/\r?\n/).filter((line) => line.length >= 8),
    ...percentEncoded(value),
    ...jsonEscaped(value),
    ...backslashed(value),
    ...xmlEscaped(value),
    ...quoted(value),
    ...hexWithSigns(hex),
    // UTF-16 that was read as UTF-8.
    ...(/^[\0-\x7f]*$/.test(value) ? [[...value].join('\0')] : []),
  ];
  const utf16 = Buffer.from(value, 'utf16le');
  const base32 = base32AtAnyShift(bytes);
  return {
    plain: [...new Set(plain)],
    wrapped: [
      ...new Set([
        ...[...base64, ...base64.map(urlAlphabet), hex, hex.toUpperCase()],
        // PowerShell's -EncodedCommand.
        ...[...base64AtAnyShift(utf16), utf16.toString('hex')],
        ...[...base32, ...base32.map((s) => s.toLowerCase())],
      ]),
    ],
  };
}
