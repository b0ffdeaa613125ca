import { err, ok } from '../../base/result.js';
import type { Value } from '../../base/value.js';
import { isList, isMap } from '../../base/value.js';
import { compilePattern } from '../../text/pattern.js';
import type { Matcher } from '../../model/matcher.js';
import type { Template } from '../../model/template.js';
import { compare, equal, isNumber } from './compare.js';
import { rowDifference, setDifference } from './difference.js';
import {
  article,
  fails,
  firstHint,
  holds,
  incomparable,
  judge,
  NOTHING,
  typeHint,
  typeName,
  type Mismatch,
  type Verdict,
} from './verdict.js';

export type OperandMatcher = Extract<Matcher, { readonly operand: Template }>;

/** Compares a value with an evaluated operand. */
export function matchOperand(matcher: OperandMatcher, value: Value, operand: Value): Verdict {
  switch (matcher.op) {
    case 'equals':
      return equal(value, operand) ? holds : fails(typeHint(value, operand));
    case 'gt':
      return matchOrder(value, operand, (order) => order > 0);
    case 'gte':
      return matchOrder(value, operand, (order) => order >= 0);
    case 'lt':
      return matchOrder(value, operand, (order) => order < 0);
    case 'lte':
      return matchOrder(value, operand, (order) => order <= 0);
    case 'matches':
      return matchPattern(value, operand);
    case 'contains':
      return matchContains(value, operand);
    case 'one_of':
      if (!isList(operand)) return notAList(operand);
      if (operand.some((item) => equal(value, item))) return holds;
      return fails(firstHint(operand.map((item) => [value, item])));
    case 'contains_all':
      return matchContainsAll(value, operand, matcher.orEmpty);
    case 'set_equals':
      return matchLists(value, operand, matcher.orEmpty, setDifference);
    case 'rows_equal':
      return matchLists(value, operand, matcher.orEmpty, rowDifference);
  }
}

const notAList = (operand: Value): Verdict =>
  err({
    code: 'OPERAND_TYPE',
    message: `the matcher compares with a list, but was given ${article(typeName(operand))}`,
  });

function matchLists(
  value: Value,
  operand: Value,
  orEmpty: boolean,
  difference: (observed: readonly Value[], expected: readonly Value[]) => Mismatch | null,
): Verdict {
  if (!isList(operand)) return notAList(operand);
  if (!isList(value)) return incomparable(`it is ${article(typeName(value))}, not a list`);
  if (value.length === 0 && operand.length === 0) return judge(orEmpty, NOTHING);
  return ok(difference(value, operand));
}

function matchContainsAll(value: Value, operand: Value, orEmpty: boolean): Verdict {
  if (!isList(operand)) return notAList(operand);
  if (operand.length === 0) return judge(orEmpty, NOTHING);
  const missing: Value[] = [];
  let unknown: Mismatch = {};
  for (const item of operand) {
    const found = matchContains(value, item);
    if (!found.ok) return found;
    if (found.value === null) continue;
    missing.push(item);
    if (found.value.incomparable) unknown = found.value;
  }
  if (missing.length === 0) return holds;
  return fails({ ...setDifference([], missing), ...unknown });
}

function matchContains(value: Value, operand: Value): Verdict {
  if (isList(value)) {
    if (value.some((item) => equal(item, operand))) return holds;
    return fails(firstHint(value.map((item) => [item, operand])));
  }
  if (typeof operand !== 'string')
    return incomparable(`${article(typeName(value))} can't contain ${article(typeName(operand))}`);
  if (typeof value === 'string') {
    // Every text contains the empty one: that would compare with nothing.
    return judge(operand !== '' && value.includes(operand));
  }
  return isMap(value)
    ? judge(Object.hasOwn(value, operand))
    : incomparable(`it is ${article(typeName(value))}`);
}

function matchPattern(value: Value, operand: Value): Verdict {
  if (typeof operand !== 'string') return err({ code: 'OPERAND_TYPE', message: 'a pattern is a text' });
  const pattern = compilePattern(operand);
  if (!pattern.ok)
    return err({ code: 'BAD_PATTERN', message: `the pattern can't be used: ${pattern.error}` });
  if (typeof value !== 'string')
    return incomparable(`it is ${article(typeName(value))}; a pattern is matched against text`);
  return judge(pattern.value.test(value));
}

export function matchOrder(value: Value, operand: Value, accept: (order: number) => boolean): Verdict {
  const order = compare(value, operand);
  if (order !== undefined) return judge(accept(order));
  return incomparable(
    typeof value === 'string' && isNumber(operand)
      ? 'the observed value is text, the expected one a number; numeric in SQL is text: cast it, to bigint or double precision'
      : (typeHint(value, operand).hint ?? 'only numbers and ISO 8601 times in UTC have an order'),
  );
}
