import { matcherNames } from '../document/expect.js';
import type { PathSegment } from '../model/matcher.js';
import type { Shape } from '../model/shape.js';
import { isExpression } from '../model/template.js';
import { didYouMean } from '../text/suggest.js';
import type { GatePlace } from './places.js';
import type { RuleContext } from './rule.js';

/** The shape of what a gate observes; of `value`, that of its expression. */
export function observationShape(
  { gate }: GatePlace,
  { kinds, sites }: RuleContext,
  types: ExpressionTypes,
): Shape {
  const { kind, args } = gate.probe;
  if (kind !== 'value') return kinds.probes.get(kind)?.observation ?? 'any';
  return isExpression(args) ? (types.of(args, sites) ?? 'any') : 'any';
}

/** Types of expressions, indexed once. */
export class ExpressionTypes {
  #types: ReadonlyMap<unknown, Shape> | undefined;
  of(expression: unknown, sites: RuleContext['sites']): Shape | undefined {
    this.#types ??= new Map(sites.map((s) => [s.expression, s.checked.type] as const));
    return this.#types.get(expression);
  }
}

export type Step =
  | { readonly ok: true; readonly shape: Shape }
  | { readonly ok: false; readonly message: string; readonly fix: string | undefined };

/** Follows a path into a shape as far as it is known. */
export function shapeAt(shape: Shape, path: readonly PathSegment[]): Step {
  let current = shape;
  for (const segment of path) {
    const next = step(current, segment);
    if (!next.ok) return next;
    current = next.shape;
  }
  return { ok: true, shape: current };
}

function step(shape: Shape, segment: PathSegment): Step {
  if (shape === 'any') return { ok: true, shape };
  if (typeof shape === 'string') {
    return {
      ok: false,
      message: `${JSON.stringify(segment)} is no matcher, and what is observed here is one value`,
      fix:
        didYouMean(String(segment), [...matcherNames]) ?? 'one of equals, not, gt, gte, lt, lte, matches, …',
    };
  }
  if ('nullable' in shape) return step(shape.nullable, segment);
  if ('list' in shape) {
    if (typeof segment === 'number') return { ok: true, shape: shape.list };
    return {
      ok: false,
      message: `${segment} stands in each item of a list`,
      fix: `write [0].${segment}, or every: {${segment}: …}`,
    };
  }
  if ('map' in shape) return { ok: true, shape: shape.map };
  const known = Object.keys(shape.fields);
  const found = Object.hasOwn(shape.fields, segment) ? shape.fields[segment] : undefined;
  if (found !== undefined) return { ok: true, shape: found };
  return {
    ok: false,
    message: `the probe observes no ${String(segment)}`,
    fix: didYouMean(String(segment), known),
  };
}
