import type { Shape } from '../model/shape.js';
import { checkAccess } from './check-access.js';
import { checkCall, checkMacro } from './check-call.js';
import { checkBinary, checkTernary } from './check-operator.js';
import type { Checker, Locals } from './checker.js';
import { compile, isCelError } from './compile.js';
import { isNode, spanOf, type Node, type Parsed } from './node.js';
import type { Checked, ExpressionError, Reference, Scope } from './scope.js';
import { present, showShape, unify } from './shapes.js';

/**
 * Checks an expression without evaluating it: names, fields, types, functions, limits, constant indexes.
 * What only the run can tell (`any`) is accepted. All errors come at once; a wrong part is `any` to the rest.
 */
export function checkExpression(source: string, scope: Scope): Checked {
  const compiled = compile(source);
  if (!compiled.ok) return { type: 'any', references: [], errors: [compiled.error] };
  const references: Reference[] = [];
  const errors: ExpressionError[] = [];
  const checker: Checker = {
    scope,
    infer: (node, locals) => infer(node, locals, checker),
    report: (node, error) => errors.push({ ...error, ...spanOf(node) }),
    refer: (reference) => references.push(reference),
  };
  const type = checker.infer(compiled.value.root, new Map());
  if (errors.length === 0) errors.push(...celErrors(compiled.value.run, source));
  return { type: errors.length === 0 ? type : 'any', references, errors };
}

function infer(node: Node, locals: Locals, checker: Checker): Shape {
  switch (node.op) {
    case 'value':
      return literal(node, checker);
    case 'id':
    case '.':
    case '[]':
      return checkAccess(node, locals, checker);
    case 'list':
      return listShape(node.args as readonly Node[], locals, checker);
    case 'map':
      return mapShape(node.args as readonly (readonly [Node, Node])[], locals, checker);
    case '?:':
      return checkTernary(node, locals, checker);
    case 'call':
      return checkCall(node, locals, checker);
    case 'rcall':
      return node.meta.alternate ? checkMacro(node, locals, checker) : checkCall(node, locals, checker);
    case '!_':
    case '-_':
      return unary(node, locals, checker);
    default:
      return checkBinary(node, locals, checker);
  }
}

function literal(node: Node, checker: Checker): Shape {
  const value = node.args;
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  checker.report(node, {
    kind: 'type',
    message: 'bytes and unsigned integers have no place in a runbook',
    fix: 'write a text or an integer',
  });
  return 'any';
}

function listShape(items: readonly Node[], locals: Locals, checker: Checker): Shape {
  const [first, ...rest] = items.map((item) => checker.infer(item, locals));
  if (first === undefined) return { list: 'any' };
  return { list: rest.reduce<Shape>((a, b) => unify(a, b) ?? 'any', first) };
}

function mapShape(entries: readonly (readonly [Node, Node])[], locals: Locals, checker: Checker): Shape {
  const fields: [string, Shape][] = [];
  for (const [key, value] of entries) {
    const shape = checker.infer(value, locals);
    const keyShape = checker.infer(key, locals);
    if (keyShape !== 'string' && keyShape !== 'any')
      checker.report(key, { kind: 'type', message: `a key is text, not ${showShape(keyShape)}` });
    if (key.op === 'value' && typeof key.args === 'string') fields.push([key.args, shape]);
  }
  // The library drops these silently, so that a value would be lost.
  for (const [key] of entries)
    if (['__proto__', 'constructor', 'prototype'].includes(String(key.args)))
      checker.report(key, { kind: 'type', message: `${String(key.args)} can't be a key here` });
  return fields.length === entries.length ? { fields: Object.fromEntries(fields) } : { map: 'any' };
}

function unary(node: Node, locals: Locals, checker: Checker): Shape {
  if (!isNode(node.args)) return 'any';
  const shape = present(checker.infer(node.args, locals));
  if (node.op === '!_') {
    if (shape !== 'bool' && shape !== 'any')
      checker.report(node, { kind: 'type', message: `! takes true or false, not ${showShape(shape)}` });
    return 'bool';
  }
  if (shape !== 'int' && shape !== 'double' && shape !== 'any') {
    checker.report(node, { kind: 'type', message: `- takes a number, not ${showShape(shape)}` });
    return 'any';
  }
  return shape;
}

/** What the library's own check finds where names are untyped: it would refuse to evaluate the rest anyway. */
function celErrors(run: Parsed, source: string): readonly ExpressionError[] {
  const result = run.check();
  const error = 'error' in result ? result.error : undefined;
  if (result.valid || !isCelError(error)) return [];
  const span = spanOf(error.range ?? { start: 0, end: source.length });
  return [{ kind: 'type', ...span, message: error.summary }];
}
