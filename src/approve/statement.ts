import canonicalize from 'canonicalize';
import { invariant } from '../base/invariant.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Json } from '../base/value.js';
import type { Problem } from '../text/problem.js';

/** What people sign, and the namespace of each (ssh-keygen(1), `-n`): none can be passed off as another. */
export const namespaces = {
  request: 'gatebook-request@v1',
  approval: 'gatebook-approval@v1',
  revocation: 'gatebook-revocation@v1',
  attestation: 'gatebook-attestation@v1',
  enable: 'gatebook-enable@v1',
  annotation: 'gatebook-annotation@v1',
} as const;
export type StatementKind = keyof typeof namespaces;

/** A request holds a whole plan; everything else is a few lines. */
export const maxStatementBytes = 16 * 1024 * 1024;

/** The bytes that are signed, and the armored signature that lies beside them as `FILE.sig`. */
export interface Signed {
  readonly text: string;
  readonly signature: string;
}

export type Fields = Readonly<Record<string, Json | undefined>>;

/** The one form that a statement has: its keys in the order of RFC 8785, indented so that a person reads it. */
export function printStatement(statement: object): string {
  const canonical = canonicalize(statement);
  invariant(canonical, 'a statement is an object');
  return `${JSON.stringify(JSON.parse(canonical), null, 2)}\n`;
}

/** Thrown by the readers below, and turned into a problem by `readStatement`. */
export class Malformed extends Error {}

/**
 * Reads a statement that `printStatement` wrote; any other text of the same meaning is refused, so that what a
 * person reads and what is checked can't differ (a key that stands twice, a number in another form).
 * Problem: STATEMENT_MALFORMED.
 */
export function readStatement<T extends object>(
  text: string,
  kind: StatementKind,
  read: (fields: Fields) => T,
): Result<T, Problem> {
  try {
    const fields = parse(text);
    const type = `gatebook/${kind}@1`;
    if (fields['type'] !== type)
      throw new Malformed(`it is not a statement of the type ${type}, but ${shown(fields['type'])}`);
    const statement = read(fields);
    if (printStatement({ ...statement, type }) !== text)
      throw new Malformed(
        'it is not in the form that gatebook writes: it was edited, or has keys of its own',
      );
    return ok(statement);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return err({ code: 'STATEMENT_MALFORMED', message: error.message });
  }
}

function parse(text: string): Fields {
  if (text.length > maxStatementBytes) throw new Malformed('it is too large');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Malformed('it is not JSON');
  }
  if (!hasCanonicalForm(json))
    throw new Malformed('it holds what has no canonical form, or is nested too deep');
  return mapOf(json, 'it');
}

/** Deeper than any plan; a text of a few kilobytes could otherwise exhaust the stack of who looks at it. */
const deepest = 256;

/** RFC 8785: no lone surrogate, no number beyond what a double holds. */
function hasCanonicalForm(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === deepest) return false;
  if (Array.isArray(value)) return value.every((inside) => hasCanonicalForm(inside, depth + 1));
  return Object.entries(value).every(
    ([key, inside]) => hasCanonicalForm(key) && hasCanonicalForm(inside, depth + 1),
  );
}

const shown = (type: Json | undefined): string => (typeof type === 'string' ? type.slice(0, 80) : 'none');

export function mapOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed(`${what} is not a JSON object`);
  return value as Fields;
}

/** A text of this form under this name. */
export function textOf(fields: Fields, name: string, form: RegExp): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value !== 'string' || !form.test(value))
    throw new Malformed(`${name} is missing or has another form`);
  return value;
}

export const forms = {
  digest: /^sha256:[0-9a-f]{64}$/,
  /** A name in an allowed_signers file: no pattern, no list, nothing that a shell or a terminal reads. */
  principal: /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/,
  slot: /^[A-Za-z][A-Za-z0-9_-]{0,31}$/,
  /** `SHA256:` and the unpadded base64 of a sha256, as ssh-keygen prints it. */
  key: /^SHA256:[A-Za-z0-9+/]{43}$/,
  instant: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$/,
  nonce: /^[0-9a-f]{32}$/,
  id: /^[a-z0-9][a-z0-9.-]{0,63}$/,
  run: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  state: /^[0-9a-f-]{36}$/,
  command: /^C-[0-9]{2,3}[a-z]?(\[[A-Za-z0-9][A-Za-z0-9._-]{0,63}\])?$/,
  anything: /^[^]{1,20000}$/,
} as const;

/** UTC, ISO 8601; one that names no day of the calendar is malformed. */
export function instantOf(fields: Fields, name: string): string {
  const text = textOf(fields, name, forms.instant);
  const at = new Date(text);
  // JavaScript takes 30 February for 2 March, and 24:00 for the day after.
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== text.slice(0, 19))
    throw new Malformed(`${name} is not an instant`);
  return text;
}
