import type { Shape } from '../model/shape.js';
import type { Node } from './node.js';
import type { ExpressionError, Reference, Scope } from './scope.js';

/** Names bound by macros around a node. */
export type Locals = ReadonlyMap<string, Shape>;

/** What the parts of the check share: the findings so far, and how to look at a node below. */
export interface Checker {
  readonly scope: Scope;
  readonly infer: (node: Node, locals: Locals) => Shape;
  readonly report: (node: Node, error: Omit<ExpressionError, 'offset' | 'length'>) => void;
  readonly refer: (reference: Reference) => void;
}
