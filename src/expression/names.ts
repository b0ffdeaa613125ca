import { compile } from './compile.js';
import { accessOf, childrenOf, constantKey, type Node } from './node.js';
import type { PathStep } from './scope.js';

/** A name of the run that an expression uses, with as much of its path as is written out. */
export interface UsedName {
  readonly root: string;
  readonly path: readonly PathStep[];
}

/**
 * Every name that an expression uses, from its syntax: texts, fields of other things and the variables of macros are
 * none. Of one that is malformed there are none.
 */
export function namesIn(source: string): readonly UsedName[] {
  const found: UsedName[] = [];
  const visit = (node: Node, bound: ReadonlySet<string>): void => {
    const path: PathStep[] = [];
    let base = node;
    for (let access = accessOf(base); access; access = accessOf(base)) {
      const key = constantKey(access.key);
      // What lies behind a step that is computed belongs to no path.
      if (key === undefined) path.length = 0;
      else path.unshift(key);
      if (typeof access.key !== 'string') visit(access.key, bound);
      base = access.of;
    }
    if (base.op === 'id') {
      if (!bound.has(String(base.args))) found.push({ root: String(base.args), path });
    } else if (base.meta.alternate) visitMacro(base, bound);
    else childrenOf(base).forEach((child) => visit(child, bound));
  };
  const visitMacro = (node: Node, bound: ReadonlySet<string>): void => {
    const [, receiver, [variable, ...bodies]] = node.args as readonly [string, Node, readonly Node[]];
    visit(receiver, bound);
    const inner = new Set([...bound, String(variable?.args)]);
    for (const body of bodies) visit(body, inner);
  };
  const compiled = compile(source);
  if (compiled.ok) visit(compiled.value.root, new Set());
  return found;
}

/** Whether an expression calls this function; a text that holds its name doesn't. */
export function callsFunction(source: string, name: string): boolean {
  const calls = (node: Node): boolean =>
    (node.op === 'call' && (node.args as readonly unknown[])[0] === name) || childrenOf(node).some(calls);
  const compiled = compile(source);
  return compiled.ok && calls(compiled.value.root);
}
