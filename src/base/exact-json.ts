import type { Result } from './result.js';
import { err, ok } from './result.js';
import { sha256Of } from './sha256.js';
import { messageOf } from './thrown.js';
import type { Value } from './value.js';
import { valueMap } from './value.js';

// A text that isn't closed goes on to the end: nothing is looked at twice, whatever a program wrote.
const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;
const integer = /^-?[0-9]+$/;
const depthMax = 200;

/** The digits of each integer that a JS number can't hold, inside a string that begins with `mark`. */
function protectBigIntegers(text: string, mark: string): string {
  return text.replace(tokens, (token) =>
    integer.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
}

function restore(value: unknown, mark: string, depth: number): Value {
  if (depth > depthMax) throw new RangeError(`nested deeper than ${depthMax}`);
  if (value === Infinity || value === -Infinity) throw new RangeError('a number is too large to be held');
  if (typeof value === 'string') return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (Array.isArray(value)) return value.map((v) => restore(v, mark, depth + 1));
  if (typeof value === 'object' && value !== null)
    return valueMap(Object.entries(value).map(([k, v]) => [k, restore(v, mark, depth + 1)] as const));
  return value as Value;
}

/** JSON (RFC 8259) whose integers stay exact: one beyond ±(2^53−1) becomes a bigint. A decimal is a double. The error says what is wrong. */
export function parseExactJson(text: string): Result<Value, string> {
  // No text holds its own sha256, so no string of it begins with this.
  const mark = `:${sha256Of(text)}:`;
  try {
    return ok(restore(JSON.parse(protectBigIntegers(text, mark)), mark, 0));
  } catch (error) {
    return err(messageOf(error));
  }
}
