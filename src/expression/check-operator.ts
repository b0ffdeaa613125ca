import type { Shape } from '../model/shape.js';
import type { Checker, Locals } from './checker.js';
import type { Node } from './node.js';
import { elementOf, isMapLike, present, showShape, unify } from './shapes.js';

const LOGICAL = new Set(['&&', '||']);
const ORDER = new Set(['<', '<=', '>', '>=']);

/** Logical, comparing and arithmetic operators; CEL converts nothing by itself. */
export function checkBinary(node: Node, locals: Locals, checker: Checker): Shape {
  const [leftNode, rightNode] = node.args as readonly [Node, Node];
  const left = present(checker.infer(leftNode, locals));
  const right = present(checker.infer(rightNode, locals));
  if (LOGICAL.has(node.op)) return logical(node, [leftNode, left], [rightNode, right], checker);
  const known = left !== 'any' && right !== 'any';
  const refuse = (): void => {
    const fix = conversion(left, right);
    checker.report(node, {
      kind: 'type',
      message: `${showShape(left)} ${node.op} ${showShape(right)} has no meaning`,
      ...(fix !== undefined && { fix }),
    });
  };
  if (node.op === '==' || node.op === '!=') {
    if (known && !comparable(left, right)) refuse();
    return 'bool';
  }
  if (node.op === 'in') {
    if (right !== 'any' && elementOf(right) === undefined && !isMapLike(right)) refuse();
    return 'bool';
  }
  if (ORDER.has(node.op)) {
    if (known && !(isNumber(left) && isNumber(right)) && !(left === right && isOrdered(left))) refuse();
    return 'bool';
  }
  return arithmetic(node.op, left, right, refuse);
}

function logical(
  node: Node,
  left: readonly [Node, Shape],
  right: readonly [Node, Shape],
  checker: Checker,
): Shape {
  for (const [side, shape] of [left, right])
    if (shape !== 'bool' && shape !== 'any')
      checker.report(side, {
        kind: 'type',
        message: `${node.op} takes true or false, not ${showShape(shape)}`,
      });
  return 'bool';
}

function arithmetic(op: string, left: Shape, right: Shape, refuse: () => void): Shape {
  if (left === 'any' || right === 'any') return left === 'any' ? right : left;
  const lists = elementOf(left) !== undefined && elementOf(right) !== undefined;
  const numbers = left === right && isNumber(left) && !(op === '%' && left === 'double');
  const addable = op === '+' && ((left === 'string' && right === 'string') || lists);
  if (numbers || addable) return lists ? (unify(left, right) ?? { list: 'any' }) : left;
  refuse();
  return 'any';
}

const isNumber = (shape: Shape): boolean => shape === 'int' || shape === 'double';
const isOrdered = (shape: Shape): boolean => shape === 'string' || shape === 'bool';
/** Whether values of the two could be equal. */
export const comparable = (a: Shape, b: Shape): boolean =>
  a === 'null' || b === 'null' || (isNumber(a) && isNumber(b)) || unify(a, b) !== undefined;

function conversion(left: Shape, right: Shape): string | undefined {
  const shapes = [left, right];
  if (shapes.includes('string') && shapes.some(isNumber)) return 'convert one side: string(…) or int(…)';
  if (shapes.every(isNumber)) return 'convert one side: double(…) or int(…)';
  return undefined;
}

export function checkTernary(node: Node, locals: Locals, checker: Checker): Shape {
  const [condition, yes, no] = node.args as readonly [Node, Node, Node];
  const test = present(checker.infer(condition, locals));
  if (test !== 'bool' && test !== 'any')
    checker.report(condition, {
      kind: 'type',
      message: `the condition is ${showShape(test)}, not true or false`,
    });
  const [a, b] = [checker.infer(yes, locals), checker.infer(no, locals)];
  const both = unify(a, b);
  if (both !== undefined) return both;
  checker.report(node, {
    kind: 'type',
    message: `one branch is ${showShape(a)}, the other ${showShape(b)}`,
    fix: 'make both the same, e.g. with string(…)',
  });
  return 'any';
}
