import { ExpressionFailure } from './failure.js';
import { replaced } from './functions.js';
import type { Evaluate, Node, Operator } from './node.js';
import { childrenOf } from './node.js';

/** Steps that one evaluation may take in loops and large results: about 50 ms. */
const MAX_STEPS = 100_000;

/** Evaluation is synchronous, so one counter serves; each evaluation begins with a full purse. */
let steps = 0;
export const refillSteps = (): void => {
  steps = MAX_STEPS;
};
function spend(count: number): void {
  steps -= count;
  if (steps < 0)
    throw new ExpressionFailure('EXPRESSION_LIMIT', `the expression takes more than ${MAX_STEPS} steps`);
}

/**
 * Closes what the library leaves open: loops and growing results are counted, what is `replaced` goes to our own
 * functions, and `has` is false for whatever isn't there, also below an index (`has(commands['C-02'].backup)`).
 * It must run before the first evaluation, which fixes each node's handler.
 */
export function harden(node: Node): void {
  const loop = node.meta.alternate;
  if (loop) countIterations(loop);
  else if (node.op === 'call' && (node.args as readonly unknown[])[0] === 'has') tolerateAbsence(node);
  else if (node.op === '+' || node.op === 'call' || node.op === 'rcall') countResult(node);
  childrenOf(node).forEach(harden);
}

const counted: Operator = {
  name: 'counted',
  check: (checker, node, context) => checker.check(node.args as Node, context),
  evaluate: (evaluator, node, context) => {
    spend(1);
    return evaluator.run(node.args as Node, context);
  },
};

function countIterations(loop: Node): void {
  const args = loop.args as { step: Node };
  args.step = args.step.clone(counted, args.step).setMeta('async', false);
}

function countResult(node: Node): void {
  const inner: Evaluate = node.meta.evaluate;
  const evaluate: Evaluate = (evaluator, self, context) => {
    const result = inner(evaluator, self, context);
    if (Array.isArray(result)) spend(result.length);
    else if (typeof result === 'string') spend(result.length >> 8);
    return result;
  };
  node.setMeta('evaluate', evaluate);
  if (node.op !== 'rcall') return;
  const args = node.args as [string, ...unknown[]];
  args[0] = (Object.hasOwn(replaced, args[0]) ? replaced[args[0]] : undefined) ?? args[0];
}

function tolerateAbsence(node: Node): void {
  const { macro } = node.meta;
  const [, [subject]] = node.args as [string, readonly Node[]];
  if (!macro || !subject) return;
  macro.typeCheck = (checker, _macro, context) => {
    checker.check(subject, context);
    return checker.getType('bool');
  };
  macro.evaluate = (evaluator, _macro, context) => {
    try {
      return evaluator.run(subject, context) !== undefined;
    } catch (thrown) {
      if (isMissing(thrown)) return false;
      throw thrown;
    }
  };
}

const MISSING = new Set(['no_such_key', 'index_out_of_bounds', 'unknown_variable']);
/** Whether the library says that a field, element or name isn't there. */
export const isMissing = (thrown: unknown): boolean =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && MISSING.has(String(thrown.code));
