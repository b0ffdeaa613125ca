import type { Shape } from '../model/shape.js';
import { didYouMean } from '../text/suggest.js';
import type { Checker, Locals } from './checker.js';
import { functions, macros, replaced, type FunctionForm } from './functions.js';
import { accessOf, type Node } from './node.js';
import { compilePattern } from '../text/pattern.js';
import { acceptsShape, elementOf, isMapLike, present, showShape } from './shapes.js';

/** What the engine replaced (`harden.ts`) keeps the name that the author wrote. */
const written = new Map(Object.entries(replaced).map(([name, own]) => [own, name]));
const nameOf = (node: Node): string => {
  const [name] = node.args as readonly [string];
  return written.get(name) ?? name;
};

/** A function `f(a)` or method `a.f(b)`. */
export function checkCall(node: Node, locals: Locals, checker: Checker): Shape {
  const name = nameOf(node);
  const isMethod = node.op === 'rcall';
  const args = (node.args as readonly unknown[])[isMethod ? 2 : 1] as readonly Node[];
  if (!isMethod && name === 'has') return checkHas(node, args, locals, checker);
  const receiver = isMethod ? (node.args as readonly [string, Node])[1] : undefined;
  const receiverShape = receiver && present(checker.infer(receiver, locals));
  const shapes = args.map((arg) => present(checker.infer(arg, locals)));
  const named = functions.filter((form) => form.name === name && (form.receiver !== undefined) === isMethod);
  if (named.length === 0) return unknownFunction(node, name, isMethod, checker);
  const fitting = named.filter((form) => fits(form, receiverShape, shapes));
  if (fitting.length === 0) {
    checker.report(node, { kind: 'function', message: refusal(name, named, receiverShape, shapes) });
    return 'any';
  }
  if (name === 'matches') checkPattern(args[0], checker);
  const results = new Set(fitting.map((form) => form.result));
  return results.size === 1 ? (fitting[0]?.result ?? 'any') : 'any';
}

const fits = (form: FunctionForm, receiver: Shape | undefined, args: readonly Shape[]): boolean =>
  form.parameters.length === args.length &&
  (form.receiver === undefined || (receiver !== undefined && exact(form.receiver, receiver))) &&
  form.parameters.every((parameter, i) => exact(parameter, args[i] ?? 'any'));

/** Functions convert nothing: an int isn't taken for a double. */
const exact = (wanted: Shape, given: Shape): boolean =>
  acceptsShape(wanted, given) && !(wanted === 'double' && given === 'int');

function refusal(
  name: string,
  forms: readonly FunctionForm[],
  receiver: Shape | undefined,
  args: readonly Shape[],
): string {
  const given = [...(receiver === undefined ? [] : [receiver]), ...args].map(showShape).join(', ');
  const taken = [...new Set(forms.map(signature))].join(' or ');
  return `${name} takes ${taken}, not (${given})`;
}
const signature = ({ receiver, parameters }: FunctionForm): string =>
  `(${[...(receiver === undefined ? [] : [receiver]), ...parameters].map(showShape).join(', ')})`;

function unknownFunction(node: Node, name: string, isMethod: boolean, checker: Checker): Shape {
  const known = functions.filter((form) => (form.receiver !== undefined) === isMethod).map((f) => f.name);
  const fix = didYouMean(name, new Set([...known, ...(isMethod ? macros : ['has'])]));
  const other = functions.some((form) => form.name === name);
  checker.report(node, {
    kind: 'function',
    message: other
      ? `${name} is written ${isMethod ? `${name}(x)` : `x.${name}(…)`}`
      : `there is no function ${name}`,
    ...(!other && fix !== undefined && { fix }),
  });
  return 'any';
}

function checkHas(node: Node, args: readonly Node[], locals: Locals, checker: Checker): Shape {
  const [subject] = args;
  if (args.length !== 1 || !subject || accessOf(subject) === undefined)
    checker.report(node, { kind: 'function', message: 'has takes a field: has(x.y)' });
  else checker.infer(subject, locals);
  return 'bool';
}

/** A pattern that is written out is compiled now, not when it is first used. */
function checkPattern(node: Node | undefined, checker: Checker): void {
  if (node?.op !== 'value' || typeof node.args !== 'string') return;
  const pattern = compilePattern(node.args);
  if (!pattern.ok) checker.report(node, { kind: 'function', message: `bad pattern: ${pattern.error}` });
}

/** `list.all(x, …)` and its kin: `x` stands for each element, or each key of a map. */
export function checkMacro(node: Node, locals: Locals, checker: Checker): Shape {
  const [name, receiver, args] = node.args as readonly [string, Node, readonly Node[]];
  const over = present(checker.infer(receiver, locals));
  const element = elementOf(over) ?? (isMapLike(over) ? 'string' : 'any');
  if (over !== 'any' && elementOf(over) === undefined && !isMapLike(over))
    checker.report(receiver, {
      kind: 'type',
      message: `${name} goes over a list or map, not ${showShape(over)}`,
    });
  const [variable, ...bodies] = args;
  const inner = new Map([...locals, [String(variable?.args), element] as const]);
  const shapes = bodies.map((body) => checker.infer(body, inner));
  const yields = name === 'map' ? shapes.at(-1) : undefined;
  bodies.slice(0, yields === undefined ? undefined : -1).forEach((body, i) => {
    const shape = present(shapes[i] ?? 'any');
    if (shape !== 'bool' && shape !== 'any')
      checker.report(body, {
        kind: 'type',
        message: `${name} takes true or false here, not ${showShape(shape)}`,
      });
  });
  if (yields !== undefined) return { list: yields };
  return name === 'filter' ? { list: element } : 'bool';
}
