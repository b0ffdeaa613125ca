import type { Shape } from '../model/shape.js';
import { didYouMean } from '../text/suggest.js';
import type { Checker, Locals } from './checker.js';
import { accessOf, constantKey, spanOf, type Node } from './node.js';
import type { PathStep, Reference } from './scope.js';
import { elementOf, fieldsOf, present, showShape, valuesOf } from './shapes.js';

/** Names whose next step must be written out, so that a reader sees what an expression depends on. */
const CONSTANT_ROOTS = new Set(['commands', 'gates', 'secrets']);

interface Step {
  readonly node: Node;
  readonly key: Node | string;
}

/** Names and what stands behind them: `commands['C-02'].backup.tables[0].count`. */
export function checkAccess(node: Node, locals: Locals, checker: Checker): Shape {
  const { base, steps } = unwind(node);
  for (const { key } of steps) if (typeof key !== 'string') checkIndex(key, locals, checker);
  if (base.op !== 'id') return walk(checker.infer(base, locals), steps, checker);
  const name = String(base.args);
  const local = locals.get(name);
  if (local !== undefined) return walk(local, steps, checker);
  const shape = Object.hasOwn(checker.scope, name) ? checker.scope[name] : undefined;
  if (shape === undefined) return unknownName(base, name, checker);
  if (!constantEnough(name, base, steps, checker)) return 'any';
  const found = walk(shape, steps, checker);
  refer(name, node, steps, checker);
  return found;
}

function checkIndex(key: Node, locals: Locals, checker: Checker): void {
  const shape = present(checker.infer(key, locals));
  if (shape !== 'int' && shape !== 'string' && shape !== 'any')
    checker.report(key, {
      kind: 'type',
      message: `an index is an integer or a text, not ${showShape(shape)}`,
    });
}

function unwind(node: Node): { readonly base: Node; readonly steps: readonly Step[] } {
  const steps: Step[] = [];
  let base = node;
  for (let access = accessOf(base); access; access = accessOf(base)) {
    steps.unshift({ node: base, key: access.key });
    base = access.of;
  }
  return { base, steps };
}

function unknownName(node: Node, name: string, checker: Checker): Shape {
  const fix = didYouMean(name, Object.keys(checker.scope));
  checker.report(node, {
    kind: 'unknown-name',
    message: `${name} is not a name that may stand here`,
    ...(fix !== undefined && { fix }),
  });
  return 'any';
}

/** `commands` and `gates` need an id and a name, `secrets` a name, each written out. */
function constantEnough(root: string, base: Node, steps: readonly Step[], checker: Checker): boolean {
  if (!CONSTANT_ROOTS.has(root)) return true;
  const needed = root === 'secrets' ? 1 : 2;
  const example = {
    commands: "commands['C-02'].backup",
    gates: "gates['G-03'].observed",
    secrets: 'secrets.x',
  };
  for (let i = 0; i < needed; i += 1) {
    const step = steps[i];
    if (step && typeof constantKey(step.key) === 'string') continue;
    checker.report(step && typeof step.key !== 'string' ? step.key : base, {
      kind: 'dynamic-index',
      message: step
        ? `${root} takes an id that is written out, not one that is computed`
        : `${root} stands for everything; name what you need`,
      fix: `write ${example[root as keyof typeof example]}`,
    });
    return false;
  }
  return true;
}

function walk(base: Shape, steps: readonly Step[], checker: Checker): Shape {
  let shape = base;
  for (const step of steps) {
    const next = stepInto(present(shape), step, checker);
    if (next === undefined) return 'any';
    shape = next;
  }
  return shape;
}

function stepInto(shape: Shape, { node, key }: Step, checker: Checker): Shape | undefined {
  if (shape === 'any') return 'any';
  const constant = constantKey(key);
  const element = elementOf(shape);
  if (element !== undefined) {
    if (typeof constant !== 'string') return element;
    checker.report(node, { kind: 'type', message: `a list has no field ${constant}`, fix: 'index it: […]' });
    return undefined;
  }
  const values = valuesOf(shape);
  if (values !== undefined) return values;
  const fields = fieldsOf(shape);
  if (fields === undefined) {
    checker.report(node, {
      kind: 'type',
      message: `${showShape(shape)} has no field ${String(constant ?? '…')}`,
    });
    return undefined;
  }
  if (constant === undefined) return 'any';
  const name = String(constant);
  if (Object.hasOwn(fields, name)) return fields[name];
  const fix = didYouMean(name, Object.keys(fields));
  checker.report(node, {
    kind: 'unknown-field',
    message: `there is no ${name} here`,
    ...(fix !== undefined && { fix }),
  });
  return undefined;
}

/** Records the use of a name, with as much of its path as is constant. */
function refer(root: string, node: Node, steps: readonly Step[], checker: Checker): void {
  const path: PathStep[] = [];
  for (const { key } of steps) {
    const constant = constantKey(key);
    if (constant === undefined) break;
    path.push(constant);
  }
  const reference = referenceTo(root, path);
  if (reference) checker.refer({ ...reference, ...spanOf(node) } as Reference);
}

function referenceTo(root: string, path: readonly PathStep[]): object | undefined {
  const [first, second, ...rest] = path;
  switch (root) {
    case 'commands':
      return { root, command: first, as: second, path: rest };
    case 'gates':
      return second === 'observed' || second === 'state'
        ? { root, gate: first, what: second, path: rest }
        : undefined;
    case 'secrets':
      return { root, name: first };
    case 'targets':
    case 'keys':
      return { root, name: typeof first === 'string' ? first : null, path: path.slice(1) };
    case 'params':
    case 'data':
    case 'run':
    case 'each':
    case 'with':
    case 'value':
      return { root, path };
    default:
      return undefined;
  }
}
