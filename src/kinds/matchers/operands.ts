import type { Result } from '../../base/result.js';
import { ok } from '../../base/result.js';
import type { Json, Value } from '../../base/value.js';
import { toJson } from '../../base/value.js';
import type { ErrorPattern, Expectation, Matcher } from '../../model/matcher.js';
import { showPath } from '../../model/path.js';
import type { Template } from '../../model/template.js';
import type { KindProblem } from '../executor.js';

type Operand = (template: Template) => Result<Value, KindProblem>;

/** A matcher whose operands are values, for the words and the record of what was compared. */
export interface EvaluatedMatcher {
  readonly matcher: Matcher;
  /** `{gte: 1073741824}`. */
  readonly json: Json;
}

/** Evaluates every operand of a matcher, also those that the comparison didn't get to. */
export function operandsOf(matcher: Matcher, operand: Operand): Result<EvaluatedMatcher, KindProblem> {
  switch (matcher.op) {
    case 'empty':
      return ok({ matcher, json: { empty: matcher.empty } });
    case 'exists':
      return ok({ matcher, json: { exists: matcher.exists } });
    case 'is':
      return ok({ matcher, json: { is: matcher.type } });
    case 'unchanged_since':
      return ok({ matcher, json: { unchanged_since: matcher.gate } });
    case 'not':
    case 'length':
    case 'every':
    case 'some': {
      const inner = operandsOf(matcher.matcher, operand);
      if (!inner.ok) return inner;
      return ok({
        matcher: { ...matcher, matcher: inner.value.matcher },
        json: { [matcher.op]: inner.value.json },
      });
    }
    case 'all':
      return allOperands(matcher.expectations, operand);
    case 'error':
      return errorOperands(matcher.pattern, operand);
    case 'between': {
      const [low, high] = [operand(matcher.low), operand(matcher.high)];
      if (!low.ok) return low;
      if (!high.ok) return high;
      const json = { between: [toJson(low.value), toJson(high.value)] };
      return ok({ matcher: { ...matcher, low: low.value, high: high.value }, json });
    }
    default: {
      const value = operand(matcher.operand);
      if (!value.ok) return value;
      return ok({
        matcher: { ...matcher, operand: value.value as Template },
        json: { [matcher.op]: toJson(value.value) },
      });
    }
  }
}

function allOperands(
  expectations: readonly Expectation[],
  operand: Operand,
): Result<EvaluatedMatcher, KindProblem> {
  const evaluated: Expectation[] = [];
  const json: (readonly [string, Json])[] = [];
  for (const { path, matcher } of expectations) {
    const inner = operandsOf(matcher, operand);
    if (!inner.ok) return inner;
    evaluated.push({ path, matcher: inner.value.matcher });
    json.push([showPath(path), inner.value.json]);
  }
  return ok({ matcher: { op: 'all', expectations: evaluated }, json: merged(json) });
}

function errorOperands(pattern: ErrorPattern, operand: Operand): Result<EvaluatedMatcher, KindProblem> {
  const evaluated: { -readonly [name in keyof ErrorPattern]: Template } = {};
  const json: Record<string, Json> = {};
  for (const name of ['sqlstate', 'code', 'exit_code'] as const) {
    const template = pattern[name];
    if (template === undefined) continue;
    const value = operand(template);
    if (!value.ok) return value;
    evaluated[name] = value.value;
    json[name] = toJson(value.value);
  }
  return ok({ matcher: { op: 'error', pattern: evaluated }, json: { error: json } });
}

/** Several matchers on one path stand in one map, so that none hides another. */
export function merged(entries: readonly (readonly [string, Json])[]): Json {
  const map = Object.create(null) as Record<string, Json>;
  for (const [path, json] of entries) {
    const before = Object.hasOwn(map, path) ? map[path] : undefined;
    map[path] = isObject(before) && isObject(json) ? { ...before, ...json } : json;
  }
  return map;
}
const isObject = (json: Json | undefined): json is { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
