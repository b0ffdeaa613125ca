import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { messageOf } from '../base/thrown.js';
import type { Value, ValueMap } from '../base/value.js';
import { valueMap } from '../base/value.js';
import type { Expression, Template } from '../model/template.js';
import { isExpression, isTemplateList, isTemplateMap, isText } from '../model/template.js';
import type { Location } from '../text/diagnostic.js';
import { compile, isCelError, type CelError } from './compile.js';
import { ExpressionFailure, type ExpressionCode } from './failure.js';
import { isMissing, refillSteps } from './harden.js';
import { accessOf, isNode, spanOf, type Node } from './node.js';
import type { Span } from './scope.js';
import { fromCel, toCel, toCompactJson } from './values.js';

/**
 * Why an expression has no value. `ABSENT`: an output or observation that this run didn't produce — an error in
 * a gate, `—` in a report part. Everything else is an error everywhere.
 */
export interface ExpressionProblem extends Span {
  readonly code: ExpressionCode;
  readonly message: string;
  readonly source: string;
  readonly at?: Location;
}

/**
 * The value of an expression. Integers are exact 64-bit ones, nothing but `values` is visible, and no exception
 * leaves: a failure is a problem that says where in the source it arose.
 */
export function evaluate(expression: Expression, values: ValueMap): Result<Value, ExpressionProblem> {
  const { source } = expression;
  const compiled = compile(source);
  if (!compiled.ok) {
    const { offset, length, message } = compiled.error;
    return err(problem(expression, 'EXPRESSION_SYNTAX', message, { offset, length }));
  }
  try {
    refillSteps();
    return ok(fromCel(compiled.value.run(toCel(values) as Record<string, unknown>)));
  } catch (thrown) {
    return err(explain(expression, thrown));
  }
}

function explain(expression: Expression, thrown: unknown): ExpressionProblem {
  const whole = { offset: 0, length: expression.source.length };
  if (thrown instanceof ExpressionFailure) return problem(expression, thrown.code, thrown.message, whole);
  if (isCelError(thrown)) return explainCel(expression, thrown, whole);
  // Of the engine of JavaScript that is a string too long or a stack too deep: a limit like ours.
  const code = thrown instanceof RangeError ? 'EXPRESSION_LIMIT' : 'EXPRESSION_FAILED';
  return problem(expression, code, messageOf(thrown), whole);
}

const TYPE_ERRORS =
  /overload|invalid_(condition|logical|index|list|comparison)|incompatible|cannot_index|unsupported|mismatch/;

function explainCel(expression: Expression, thrown: CelError, whole: Span): ExpressionProblem {
  const { range, node, summary, code } = thrown;
  const at = range ? spanOf(range) : whole;
  if (isMissing(thrown)) {
    const base = isNode(node) ? baseOf(node) : undefined;
    if (isNode(node) && base !== undefined && (base.args === 'commands' || base.args === 'gates')) {
      return problem(expression, 'ABSENT', `this run has no ${wanted(expression.source, base, node)}`, at);
    }
    return problem(expression, 'NO_SUCH_FIELD', missingWords(summary), at);
  }
  if (code === 'numeric_overflow') return problem(expression, 'EXPRESSION_LIMIT', summary, at);
  return problem(expression, TYPE_ERRORS.test(code) ? 'EXPRESSION_TYPE' : 'EXPRESSION_FAILED', summary, at);
}

/** A command none of whose actions left an output is absent as a whole: what was asked of it is the next name. */
function wanted(source: string, base: Node, missing: Node): string {
  const text = source.slice(base.start, missing.end);
  const output = /^\s*\.\s*[a-z][a-z0-9_]*/.exec(source.slice(missing.end))?.[0] ?? '';
  return /\]$/.test(text) ? text + output.replaceAll(/\s/g, '') : text;
}

/** The library's own words for an empty list are `>= size undefined`. */
const missingWords = (summary: string): string =>
  summary
    .replace(/^No such key: index out of bounds, index (\S+).*$/, 'the list has no item [$1]')
    .replace(/^No such key: /, 'there is no field ');

/** The name that a chain of fields and indexes begins with. */
function baseOf(node: Node): Node | undefined {
  let at = node;
  for (let access = accessOf(at); access; access = accessOf(at)) at = access.of;
  return at.op === 'id' ? at : undefined;
}

function problem(
  { source, at }: Expression,
  code: ExpressionCode,
  message: string,
  { offset, length }: Span,
): ExpressionProblem {
  return { code, message, source, offset, length, ...(at && { at }) };
}

/** A whole tree of templates. What an expression yields is data: it is not looked through again. */
export function evaluateTemplate(
  template: Template,
  values: ValueMap,
  /** How a value is printed within a text. */
  print: (value: Value) => string = toText,
): Result<Value, ExpressionProblem> {
  if (isExpression(template)) return evaluate(template, values);
  if (isText(template)) return evaluateText(template.parts, values, print);
  if (isTemplateList(template)) {
    const items: Value[] = [];
    for (const entry of template) {
      const item = evaluateTemplate(entry, values, print);
      if (!item.ok) return item;
      items.push(item.value);
    }
    return ok(items);
  }
  if (isTemplateMap(template)) {
    const entries: [string, Value][] = [];
    for (const [key, entry] of Object.entries(template)) {
      const item = evaluateTemplate(entry, values, print);
      if (!item.ok) return item;
      entries.push([key, item.value]);
    }
    return ok(valueMap(entries));
  }
  return ok(template);
}

function evaluateText(
  parts: readonly (string | Expression)[],
  values: ValueMap,
  print: (value: Value) => string,
): Result<string, ExpressionProblem> {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      const value = evaluate(part, values);
      if (!value.ok) return value;
      text += print(value.value);
    }
  }
  return ok(text);
}

/**
 * A value inside a text: texts as they are, integers in decimal digits, `true`, `false`, `null`; lists of scalars
 * and maps as compact JSON.
 */
export const toText = (value: Value): string => (typeof value === 'string' ? value : toCompactJson(value));
