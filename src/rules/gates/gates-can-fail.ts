import { valueMap } from '../../base/value.js';
import { expectationPlace } from '../../document/expect.js';
import { callsFunction, evaluate, namesIn } from '../../expression/index.js';
import type { Expectation, Matcher } from '../../model/matcher.js';
import type { Shape } from '../../model/shape.js';
import { Expression, expressionsIn, isExpression } from '../../model/template.js';
import type { Location } from '../../text/diagnostic.js';
import { certaintyOf } from './certainty.js';
import { ExpressionTypes, observationShape, shapeAt } from '../observed.js';
import type { GatePlace } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** A gate that holds whatever happens proves nothing; one that can never hold is a mistake. */
export const gatesCanFail: Rule = {
  name: 'gates-can-fail',
  check(context) {
    const types = new ExpressionTypes();
    for (const place of context.places.gates) {
      constantObservation(place, context);
      const shape = observationShape(place, context, types);
      for (const expectation of place.gate.expect) look(expectation, shape, place, context);
      const { assert } = place.gate;
      const fixed = assert === undefined ? undefined : knownBefore(assert);
      if (assert?.at !== undefined && fixed !== undefined)
        tell(fixed, 'that is so whatever is observed', assert.at, context);
    }
  },
};

/** What a condition yields where no name has a value: `1 == 1`, and `value.ok || true` too. */
function knownBefore(condition: Expression): boolean | undefined {
  // `has` is false for what isn't there: here that is everything.
  if (callsFunction(condition.source, 'has')) return undefined;
  const result = evaluate(condition, valueMap([]));
  return result.ok && typeof result.value === 'boolean' ? result.value : undefined;
}

function look(expectation: Expectation, whole: Shape, place: GatePlace, context: RuleContext): void {
  const step = shapeAt(whole, expectation.path);
  if (!step.ok) return;
  const { matcher } = expectation;
  const at = expectationPlace(matcher) ?? context.locate([...place.path, 'expect']);
  const itself =
    place.gate.probe.kind === 'value' && expectation.path.length === 0 && comparesWithItself(matcher, place);
  if (itself) {
    tell(true, 'it is compared with itself', at, context);
    return;
  }
  const certainty = certaintyOf(matcher, { shape: step.shape, name: expectation.path.at(-1) });
  if (certainty !== null) tell(certainty.always, certainty.reason, at, context);
  for (const inner of innerExpectations(matcher)) {
    const shape = matcher.op === 'every' || matcher.op === 'some' ? elementOf(step.shape) : step.shape;
    look(inner, shape, place, context);
  }
}

function innerExpectations(matcher: Matcher): readonly Expectation[] {
  if (matcher.op === 'all') return matcher.expectations;
  if ((matcher.op === 'every' || matcher.op === 'some') && matcher.matcher.op === 'all')
    return matcher.matcher.expectations;
  return [];
}

function elementOf(shape: Shape): Shape {
  if (typeof shape !== 'object') return 'any';
  if ('nullable' in shape) return elementOf(shape.nullable);
  return 'list' in shape ? shape.list : 'map' in shape ? shape.map : 'any';
}

function comparesWithItself(matcher: Matcher, { gate }: GatePlace): boolean {
  const { args } = gate.probe;
  return (
    matcher.op === 'equals' &&
    isExpression(args) &&
    isExpression(matcher.operand) &&
    args.source === matcher.operand.source
  );
}

/** Well-formed, and over no name at all. */
const isSettled = (source: string): boolean =>
  namesIn(source).length === 0 && evaluate(new Expression(source), valueMap([])).ok;

/** `value: 3` observes nothing of the world. */
function constantObservation({ gate, path }: GatePlace, context: RuleContext): void {
  if (gate.probe.kind !== 'value') return;
  // `${{ 1 == 1 }}` is one too; what is over constants may still be compared with a param.
  if (expressionsIn(gate.probe.args).some(({ source }) => !isSettled(source))) return;
  context.report({
    code: 'GB2104',
    message: "a gate that can't fail",
    at: context.locate([...path, 'probe', 'value']),
    reason: 'it observes a constant',
    fix: 'write an expression: "${{ … }}"',
  });
}

function tell(always: boolean, reason: string, at: Location, { report }: RuleContext): void {
  if (always) {
    report({
      code: 'GB2104',
      message: "a gate that can't fail",
      at,
      reason,
      fix: 'compare with what you know',
    });
  } else {
    report({
      code: 'GB2112',
      message: 'a gate that can never hold',
      at,
      reason,
      fix: 'compare with what can be',
    });
  }
}
