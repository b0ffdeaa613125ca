import { showShape } from '../expression/index.js';
import { compilePattern } from '../text/pattern.js';
import { expectationPlace } from '../document/expect.js';
import { isBigInteger } from '../base/quantity.js';
import { isList, type Value } from '../base/value.js';
import type { Expectation, Matcher } from '../model/matcher.js';
import type { Shape } from '../model/shape.js';
import { expressionsIn, type Template } from '../model/template.js';
import { ExpressionTypes, observationShape, shapeAt } from './observed.js';
import type { GatePlace } from './places.js';
import type { Rule, RuleContext } from './rule.js';

/** Paths lead to what the probe observes, and a matcher can be applied to what stands there. */
export const matchersFitObservations: Rule = {
  name: 'matchers-fit-observations',
  check(context) {
    const types = new ExpressionTypes();
    for (const place of context.places.gates) {
      const looker = new Looker(place, context);
      const shape = observationShape(place, context, types);
      for (const expectation of place.gate.expect) looker.expectation(expectation, shape);
    }
  },
};

class Looker {
  constructor(
    private readonly place: GatePlace,
    private readonly context: RuleContext,
  ) {}

  expectation(expectation: Expectation, whole: Shape): void {
    const { path, matcher } = expectation;
    const step = shapeAt(whole, path);
    const at = expectationPlace(expectation) ?? this.#fallback();
    if (!step.ok) {
      this.context.report({ code: 'GB2106', message: step.message, at, fix: step.fix });
      return;
    }
    this.matcher(matcher, step.shape);
  }

  matcher(matcher: Matcher, shape: Shape): void {
    const trouble = misfit(matcher, shape);
    if (trouble !== null) {
      this.context.report({ ...trouble, at: expectationPlace(matcher) ?? this.#fallback() });
      return;
    }
    if (matcher.op === 'not') this.matcher(matcher.matcher, shape);
    if (matcher.op === 'length') this.matcher(matcher.matcher, 'int');
    if (matcher.op === 'every' || matcher.op === 'some') this.matcher(matcher.matcher, itemsOf(shape));
    if (matcher.op === 'all') for (const e of matcher.expectations) this.expectation(e, shape);
  }

  #fallback() {
    return this.context.locate([...this.place.path, 'expect']);
  }
}

const present = (shape: Shape): Shape =>
  typeof shape === 'object' && 'nullable' in shape ? present(shape.nullable) : shape;

function itemsOf(shape: Shape): Shape {
  const inner = present(shape);
  if (typeof inner === 'object' && 'list' in inner) return inner.list;
  return typeof inner === 'object' && 'map' in inner ? inner.map : 'any';
}

interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

function misfit(matcher: Matcher, shape: Shape): Trouble | null {
  const inner = present(shape);
  const cannot = (what: string, fix?: string): Trouble => ({
    code: 'GB2105',
    message: `${matcher.op} ${what}, and this is ${showShape(shape)}`,
    ...(fix !== undefined && { fix }),
  });
  if (matcher.op === 'matches') {
    const compiled = typeof matcher.operand === 'string' ? compilePattern(matcher.operand) : undefined;
    if (compiled?.ok === false) {
      return {
        code: 'GB2109',
        message: `the pattern can't be read: ${compiled.error}`,
        fix: 'patterns are RE2: no back-references, no look-around',
      };
    }
  }
  if (inner === 'any') return null;
  switch (matcher.op) {
    case 'equals':
      return operandsMisfit([matcher.operand], shape, cannot);
    case 'one_of':
      return isList(matcher.operand) ? operandsMisfit(matcher.operand, shape, cannot) : null;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isScalar(inner, ['int', 'double', 'string'])
        ? orderMisfit(matcher.operand, inner, cannot)
        : cannot('compares numbers or texts');
    case 'between':
      return isScalar(inner, ['int', 'double', 'string']) ? null : cannot('compares numbers or texts');
    case 'matches':
      return inner === 'string' ? null : cannot('looks at text');
    case 'contains':
    case 'empty':
    case 'length':
      return isScalar(inner, ['int', 'double', 'bool', 'null'])
        ? cannot('looks at a list, a map or a text')
        : null;
    case 'contains_all':
    case 'set_equals':
    case 'rows_equal':
    case 'every':
    case 'some':
      return typeof inner === 'object' && ('list' in inner || 'map' in inner)
        ? null
        : cannot('looks at the items of a list');
    default:
      return null;
  }
}

const isScalar = (shape: Shape, among: readonly string[]): boolean =>
  typeof shape === 'string' && among.includes(shape);

/** A constant of another type is never equal. */
function operandsMisfit(
  operands: readonly Template[],
  shape: Shape,
  cannot: (what: string, fix?: string) => Trouble,
): Trouble | null {
  for (const operand of operands) {
    if (expressionsIn(operand).length > 0) continue;
    const value = operand as Value;
    if (couldEqual(value, shape)) continue;
    const quoted =
      typeof value === 'number' || typeof value === 'boolean' ? `quote it: "${String(value)}"` : undefined;
    const bare = typeof value === 'string' ? unquoted(value) : undefined;
    return cannot(`compares with ${JSON.stringify(value)}`, present(shape) === 'string' ? quoted : bare);
  }
  return null;
}

/** The text as the number or truth value that was meant, where it looks like one. */
function unquoted(text: string): string | undefined {
  if (isBigInteger(text)) return `write it as an expression: "\${{ ${text} }}"`;
  return /^(?:-?[0-9]+(?:\.[0-9]+)?|true|false|null)$/.test(text) ? `remove the quotes: ${text}` : undefined;
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

function orderMisfit(
  operand: Template,
  shape: Shape,
  cannot: (what: string, fix?: string) => Trouble,
): Trouble | null {
  if (shape === 'string' && typeof operand === 'number')
    return cannot(`compares with ${String(operand)}`, `quote it: "${String(operand)}"`);
  if (shape !== 'string' && typeof operand === 'string')
    return cannot(`compares with ${JSON.stringify(operand)}`, 'write a number');
  return null;
}
