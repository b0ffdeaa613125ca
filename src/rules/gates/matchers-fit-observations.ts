import { present, showShape } from '../../expression/index.js';
import { compilePattern } from '../../text/pattern.js';
import { expectationPlace } from '../../document/expect.js';
import type { Expectation, Matcher } from '../../model/matcher.js';
import type { Shape } from '../../model/shape.js';
import type { Expression } from '../../model/template.js';
import { ExpressionTypes, observationShape, shapeAt } from '../observed.js';
import { operandTrouble } from './operands.js';
import type { GatePlace } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** Paths lead to what the probe observes, and a matcher can be applied to what stands there. */
export const matchersFitObservations: Rule = {
  name: 'matchers-fit-observations',
  check(context) {
    const types = new ExpressionTypes();
    for (const place of context.places.gates) {
      const looker = new Looker(place, context, types);
      const shape = observationShape(place, context, types);
      for (const expectation of place.gate.expect) looker.expectation(expectation, shape);
    }
  },
};

class Looker {
  constructor(
    private readonly place: GatePlace,
    private readonly context: RuleContext,
    private readonly types: ExpressionTypes,
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
    const trouble = misfit(matcher, shape, (e) => this.types.of(e, this.context.sites) ?? 'any');
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

function misfit(matcher: Matcher, shape: Shape, typeOf: (expression: Expression) => Shape): Trouble | null {
  const inner = present(shape);
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
  const code = 'GB2105';
  const what = cannotBeAppliedTo(matcher, inner);
  if (what !== null) return { code, message: `${matcher.op} ${what}, and this is ${showShape(shape)}` };
  const trouble = operandTrouble(matcher, shape, typeOf);
  return trouble && { ...trouble, code, message: `${matcher.op} ${trouble.message}` };
}

/** Why a matcher says nothing about any value of this shape. */
function cannotBeAppliedTo({ op }: Matcher, shape: Shape): string | null {
  if (shape === 'any') return null;
  const isList = typeof shape === 'object' && 'list' in shape;
  const hasItems = typeof shape === 'object';
  switch (op) {
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
    case 'between':
      return shape === 'int' || shape === 'double' || shape === 'string' ? null : 'compares numbers or texts';
    case 'matches':
      return shape === 'string' ? null : 'looks at text';
    case 'contains':
    case 'contains_all':
    case 'empty':
    case 'length':
      return hasItems || shape === 'string' ? null : 'looks at a list, a map or a text';
    case 'set_equals':
    case 'rows_equal':
      return isList ? null : 'looks at the items of a list';
    case 'every':
    case 'some':
      return hasItems ? null : 'looks at the items of a list or map';
    default:
      return null;
  }
}
