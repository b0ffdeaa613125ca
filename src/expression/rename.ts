import { Expression } from '../model/template.js';
import { compile } from './compile.js';
import { accessOf, childrenOf, type Node } from './node.js';

/** New ids by the old ones, for `commands['C-10']` and `gates['G-13']`. */
export interface Renames {
  readonly commands: ReadonlyMap<string, string>;
  readonly gates: ReadonlyMap<string, string>;
}

/**
 * The expression with ids of commands and gates replaced: in an unrolled loop `commands['C-10']` is the own
 * iteration, so that the plan says `commands['C-10[S1]']` and nobody has to know the loop. Where nothing is to be
 * replaced, or the expression is malformed, it is returned as it is.
 */
export function renameIds(expression: Expression, renames: Renames): Expression {
  const { source } = expression;
  if (!source.includes('commands') && !source.includes('gates')) return expression;
  const compiled = compile(source);
  if (!compiled.ok) return expression;
  const edits: { readonly start: number; readonly end: number; readonly id: string }[] = [];
  const visit = (node: Node): void => {
    const access = accessOf(node);
    const root = access?.of.op === 'id' ? access.of.args : undefined;
    if (access && typeof access.key !== 'string' && (root === 'commands' || root === 'gates')) {
      const id = renames[root].get(String(access.key.args));
      if (id !== undefined) edits.push({ start: access.key.start, end: access.key.end, id });
    }
    childrenOf(node).forEach(visit);
  };
  visit(compiled.value.root);
  if (edits.length === 0) return expression;
  let renamed = source;
  for (const { start, end, id } of edits.toSorted((a, b) => b.start - a.start))
    renamed = `${renamed.slice(0, start)}'${id}'${renamed.slice(end)}`;
  return new Expression(renamed, expression.at);
}
