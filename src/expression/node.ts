import type { Environment } from '@marcbachmann/cel-js';
import type { Span } from './scope.js';

/** The library's syntax tree as we use it: its public shape, and the few hooks of `harden.ts`. */
export interface Node {
  readonly op: string;
  args: unknown;
  readonly start: number;
  readonly end: number;
  readonly meta: NodeMeta;
  readonly setMeta: (key: string, value: unknown) => Node;
  readonly clone: (op: Operator, args: unknown) => Node;
}
export interface NodeMeta {
  readonly evaluate: Evaluate;
  /** A macro that was expanded to a loop. */
  readonly alternate?: Node;
  readonly macro?: Macro;
}
export type Evaluate = (evaluator: Evaluator, node: Node, context: unknown) => unknown;
export interface Evaluator {
  readonly run: (node: Node, context: unknown) => unknown;
}
export interface TypeChecker {
  readonly check: (node: Node, context: unknown) => unknown;
  readonly getType: (name: string) => unknown;
}
export interface Operator {
  readonly name: string;
  readonly check: (checker: TypeChecker, node: Node, context: unknown) => unknown;
  readonly evaluate: Evaluate;
}
export interface Macro {
  typeCheck: (checker: TypeChecker, macro: Macro, context: unknown) => unknown;
  evaluate: (evaluator: Evaluator, macro: Macro, context: unknown) => unknown;
}

export type Parsed = ReturnType<Environment['parse']>;
export const rootOf = (parsed: Parsed): Node => parsed.ast as unknown as Node;

export const isNode = (x: unknown): x is Node =>
  typeof x === 'object' && x !== null && 'op' in x && 'args' in x && 'start' in x;

/** The nodes directly below, in source order; of a macro as written, not as expanded. */
export function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  const collect = (x: unknown): void => {
    if (isNode(x)) found.push(x);
    else if (Array.isArray(x)) x.forEach(collect);
  };
  collect(node.args);
  return found;
}

/** Where it stands in the source; an empty node is shown by one character. */
export const spanOf = ({ start, end }: Pick<Node, 'start' | 'end'>): Span => ({
  offset: start,
  length: Math.max(1, end - start),
});

/** A field access or index with its two sides; the key is a node for an index, a name for a field. */
export interface Access {
  readonly of: Node;
  readonly key: Node | string;
}
export function accessOf(node: Node): Access | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [of, key] = node.args as readonly [Node, Node | string];
  return { of, key };
}

/** A step that is written out: a field's name or a constant index. */
export function constantKey(key: Node | string): string | number | undefined {
  if (typeof key === 'string') return key;
  if (key.op !== 'value') return undefined;
  const constant = key.args;
  if (typeof constant === 'string') return constant;
  return typeof constant === 'bigint' && constant >= 0n && constant <= 1_000_000n
    ? Number(constant)
    : undefined;
}
