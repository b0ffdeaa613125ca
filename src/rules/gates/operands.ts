import { isBigInteger, parseSize } from '../../base/quantity.js';
import { isList, type Value } from '../../base/value.js';
import { acceptsShape, comparable, present, shapeOf, showShape } from '../../expression/index.js';
import { hasOrder } from '../../kinds/matchers/compare.js';
import type { Matcher } from '../../model/matcher.js';
import type { Shape } from '../../model/shape.js';
import {
  expressionsIn,
  isExpression,
  isTemplateList,
  isTemplateMap,
  isText,
  type Expression,
  type Template,
} from '../../model/template.js';

/** Why an operand can't be one, as the message goes on after the matcher's name; what to write instead. */
export interface OperandTrouble {
  readonly message: string;
  readonly fix?: string;
}
type Found = OperandTrouble | null;
/** What an expression yields. */
type TypeOf = (expression: Expression) => Shape;

/** What is wrong with what a matcher compares with: never equal, without an order, or of no use to it. */
export function operandTrouble(matcher: Matcher, observed: Shape, typeOf: TypeOf): Found {
  switch (matcher.op) {
    case 'equals':
      return ofEquality([matcher.operand], observed, typeOf);
    case 'one_of':
      return (
        ofList(matcher.operand, typeOf) ??
        (isTemplateList(matcher.operand) ? ofEquality(matcher.operand, observed, typeOf) : null)
      );
    case 'contains_all':
    case 'set_equals':
    case 'rows_equal':
      return ofList(matcher.operand, typeOf);
    case 'matches':
      return taken('string', 'text', matcher.operand, typeOf);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ofOrder(matcher.operand, observed, typeOf);
    case 'between':
      return ofOrder(matcher.low, observed, typeOf) ?? ofOrder(matcher.high, observed, typeOf);
    case 'error': {
      const { sqlstate = '', code = '', exit_code = 0 } = matcher.pattern;
      return (
        taken('string', 'text as sqlstate', sqlstate, typeOf) ??
        taken('string', 'text as code', code, typeOf) ??
        taken('double', 'a number as exit_code', exit_code, typeOf)
      );
    }
    default:
      return null;
  }
}

function shapeOfOperand(template: Template, typeOf: TypeOf): Shape {
  if (isExpression(template)) return typeOf(template);
  if (isText(template)) return 'string';
  if (expressionsIn(template).length === 0) return shapeOf(template as Value);
  return isTemplateMap(template) ? { map: 'any' } : { list: 'any' };
}

function taken(wanted: Shape, words: string, operand: Template, typeOf: TypeOf): Found {
  const shape = shapeOfOperand(operand, typeOf);
  return acceptsShape(wanted, shape) ? null : { message: `takes ${words}, not ${showShape(shape)}` };
}

const ofList = (operand: Template, typeOf: TypeOf): Found =>
  taken({ list: 'any' }, 'a list', operand, typeOf);

/** A value of another type is never equal. */
function ofEquality(operands: readonly Template[], observed: Shape, typeOf: TypeOf): Found {
  for (const operand of operands) {
    if (expressionsIn(operand).length > 0) {
      const shape = shapeOfOperand(operand, typeOf);
      if (comparable(shape, observed)) continue;
      return { message: compares(showShape(shape), observed), ...fixed(conversion(shape, observed)) };
    }
    const value = operand as Value;
    if (couldEqual(value, observed)) continue;
    return { message: compares(JSON.stringify(value), observed), ...fixed(mended(value, observed)) };
  }
  return null;
}

/** Numbers have an order, and times as ISO 8601 writes them in UTC. */
function ofOrder(operand: Template, observed: Shape, typeOf: TypeOf): Found {
  const shape = shapeOfOperand(operand, typeOf);
  const isNumber = acceptsShape('double', shape);
  const isTime = typeof operand === 'string' ? hasOrder(operand) : acceptsShape('string', shape);
  const seen = present(observed);
  if (seen === 'any' ? isNumber || isTime : seen === 'string' ? isTime : isNumber) return null;
  const written = expressionsIn(operand).length > 0 ? showShape(shape) : JSON.stringify(operand);
  if (typeof operand === 'string' && !isTime && (seen === 'any' || seen === 'string'))
    return {
      message: `finds nothing smaller or greater than ${written}: only numbers and ISO 8601 times in UTC have an order`,
      fix: 'compare numbers; in SQL, cast what is compared: extract(epoch from …)::int, …::double precision',
    };
  const size = typeof operand === 'string' && seen === 'int' ? parseSize(operand) : null;
  if (size !== null)
    return {
      message: compares(written, observed),
      fix: `write ${size}, or a param of the type bytes: default: ${operand as string}`,
    };
  const example = seen === 'string' ? 'write a time, such as 2026-01-31T08:15:00Z' : 'write a number';
  return {
    message: compares(written, observed),
    fix: (isExpression(operand) ? conversion(shape, seen) : undefined) ?? example,
  };
}

const compares = (operand: string, observed: Shape): string =>
  `compares with ${operand}, and this is ${showShape(observed)}`;
const fixed = (fix: string | undefined): { readonly fix?: string } => (fix === undefined ? {} : { fix });

/** How an expression says it in the other type. */
function conversion(given: Shape, observed: Shape): string | undefined {
  const seen = present(observed);
  if (given === 'string') return seen === 'int' || seen === 'double' ? 'say int(…)' : undefined;
  return seen === 'string' && typeof given === 'string' ? 'say string(…)' : undefined;
}

/** The value as the number, truth value or text that was meant, where it looks like one. */
function mended(value: Value, observed: Shape): string | undefined {
  const seen = present(observed);
  if (seen === 'string')
    return typeof value === 'number' || typeof value === 'boolean'
      ? `quote it: "${String(value)}"`
      : undefined;
  if (typeof seen === 'object' && !isList(value) && typeof value !== 'object')
    return 'fields' in seen
      ? `name one of its fields: ${Object.keys(seen.fields).join(', ')}`
      : 'look at one item ([0]), at its length, or at every: {…}';
  if (typeof value !== 'string') return undefined;
  const [, order, number] = /^\s*([<>]=?|==?|!=)\s*(-?[0-9]+)\s*$/.exec(value) ?? [];
  const matcher = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' }[order ?? ''];
  if (matcher !== undefined) return `write {${matcher}: ${number ?? ''}}`;
  if (isBigInteger(value)) return `write it as an expression: "\${{ ${value} }}"`;
  return /^(?:-?[0-9]+(?:\.[0-9]+)?|true|false|null)$/.test(value)
    ? `remove the quotes: ${value}`
    : undefined;
}

function couldEqual(value: Value, shape: Shape): boolean {
  if (typeof shape === 'object' && 'nullable' in shape)
    return value === null || couldEqual(value, shape.nullable);
  if (shape === 'any') return true;
  if (shape === 'string') return typeof value === 'string';
  if (shape === 'bool') return typeof value === 'boolean';
  if (shape === 'int') return typeof value === 'bigint' || Number.isInteger(value);
  if (shape === 'double') return typeof value === 'number' || typeof value === 'bigint';
  if (shape === 'null') return value === null;
  if ('list' in shape) return isList(value);
  return typeof value === 'object' && value !== null && !isList(value);
}
