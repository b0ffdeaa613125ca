import { isBigInteger } from '../../base/quantity.js';
import type { Result } from '../../base/result.js';
import { ok } from '../../base/result.js';
import type { Value } from '../../base/value.js';
import { field, isList, isMap } from '../../base/value.js';
import type { KindProblem } from '../executor.js';
import { isNumber } from './compare.js';

/** Why a matcher doesn't hold: a hint for people where the values alone don't say it, and details to print. */
export interface Mismatch {
  /** The two have nothing in common to compare by, so that `not` doesn't turn this into a success. */
  readonly incomparable?: true;
  readonly hint?: string;
  readonly words?: readonly string[];
  readonly detail?: Value;
}
/** `null`: it holds. A problem: it couldn't be told, which is an error of the gate, not a mismatch. */
export type Verdict = Result<Mismatch | null, KindProblem>;

export const holds: Verdict = ok(null);
export const fails = (mismatch: Mismatch = {}): Verdict => ok(mismatch);
export const judge = (passed: boolean, mismatch: Mismatch = {}): Verdict =>
  passed ? holds : fails(mismatch);

/** A mismatch of kind rather than of value: it fails under `not` too. */
export const incomparable = (hint: string): Verdict => ok({ hint, incomparable: true });

export const NOTHING: Mismatch = {
  hint: 'nothing was compared with nothing; write or_empty: true beside the matcher if that is right',
  incomparable: true,
};

/**
 * Says why values of two types are never equal, and what to write; of lists and maps, for the first of what stands in
 * the same place. Null is no type of its own: anything may be it, or not.
 */
export function typeHint(value: Value, operand: Value): Mismatch {
  if (isList(value) && isList(operand))
    return firstHint(value.map((item, index) => [item, operand[index] ?? null]));
  if (isMap(value) && isMap(operand))
    return firstHint(Object.entries(value).map(([key, item]) => [item, field(operand, key) ?? null]));
  const [is, wanted] = [kindOf(value), kindOf(operand)];
  if (is === wanted || is === 'null' || wanted === 'null') return {};
  return { incomparable: true, hint: hintOf(value, operand, is, wanted) };
}

/** Of pairs that may be equal, why the first isn't that never will be. */
export function firstHint(pairs: readonly (readonly [Value, Value])[]): Mismatch {
  for (const [value, operand] of pairs) {
    const hint = typeHint(value, operand);
    if (hint.incomparable) return hint;
  }
  return {};
}

function hintOf(value: Value, operand: Value, is: string, wanted: string): string {
  if (typeof value === 'string' && wanted === 'number')
    return 'the observed value is text, the expected one a number; write the expected one in quotes';
  if (is === 'number' && typeof operand === 'string')
    return `the observed value is a number, the expected one text; write the expected one ${isBigInteger(operand) ? 'as an expression: "${{ ' + operand + ' }}"' : 'without quotes'}`;
  return `the observed value is ${article(is)}, the expected one ${article(wanted)}`;
}

/** The type, where whole and other numbers are one. */
const kindOf = (value: Value): string => (isNumber(value) ? 'number' : typeName(value));

export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return 'list';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
export const article = (type: string): string =>
  type === 'null' ? type : `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
