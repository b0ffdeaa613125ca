import { Buffer } from 'node:buffer';

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
  const ascii = inner.replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const again = (s: string) => JSON.stringify(s).slice(1, -1);
  return [inner, ascii, inner.replaceAll('/', '\\/'), again(inner), again(ascii)];
}

function xmlEscaped(value: string): string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = text.replaceAll('"', '&quot;');
  return [
    text,
    quoted,
    ...['&apos;', '&#39;', '&#x27;'].map((apostrophe) => quoted.replaceAll("'", apostrophe)),
  ];
}

function quoted(value: string): string[] {
  return [
    value.replaceAll("'", `'\\''`),
    value.replaceAll("'", `'"'"'`),
    value.replace(/["$`\\]/g, (c) => `\\${c}`),
    value.replace(/[^A-Za-z0-9_@%+=:,./-]/g, (c) => `\\${c}`),
    value.replaceAll("'", "''"),
    value.replaceAll('"', '""'),
    // A libpq connection string or Python's repr; a line of .pgpass.
    value.replace(/['\\]/g, (c) => `\\${c}`),
    value.replace(/[:\\]/g, (c) => `\\${c}`),
  ];
}

/** Every spelling of a secret that a tool is likely to print. */
export function secretForms(value: string): SecretForms {
  const bytes = Buffer.from(value, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = base64AtAnyShift(bytes);
  const plain = [
    value,
    ...value.split(/\r?\n/).filter((line) => line.length >= 8),
    ...percentEncoded(value),
    ...jsonEscaped(value),
    ...xmlEscaped(value),
    ...quoted(value),
  ];
  return {
    plain: [...new Set(plain)],
    wrapped: [...new Set([...base64, ...base64.map(urlAlphabet), hex, hex.toUpperCase()])],
  };
}
