import { renameIds } from '../../expression/index.js';
import type { PlannedAction, PlannedCommand } from '../../model/plan.js';
import { Expression, isExpression, isText, TextTemplate } from '../../model/template.js';
import { match, type Pair } from './matching.js';
import { meaning, withoutIds } from './same.js';

/** New names by the old ones, where they differ: ids of commands and gates, and `as` names of outputs. */
export interface Renames {
  readonly commands: ReadonlyMap<string, string>;
  readonly gates: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/** `as` names that changed on actions that didn't. */
export function outputRenames(commands: readonly Pair<PlannedCommand>[]): ReadonlyMap<string, string> {
  const alike = (key: (action: PlannedAction) => string) => (action: PlannedAction) =>
    action.as === undefined ? null : key(action);
  const pairs = commands.flatMap(
    ({ before, after }) =>
      match(before.actions, after.actions, [
        alike(({ as, kind }) => `${as ?? ''} ${kind}`),
        alike(({ kind, args }) => `${kind} ${withoutIds(meaning(args))}`),
      ]).pairs,
  );
  return new Map(
    pairs.flatMap(({ before: { as: old }, after: { as: now } }) =>
      old === undefined || now === undefined || old === now ? [] : [[old, now] as const],
    ),
  );
}

/** Any part of an old plan in the names of the new one. */
export function renamedIn<T>(value: T, renames: Renames): T {
  if (renames.commands.size + renames.gates.size + renames.outputs.size === 0) return value;
  const visit = (part: unknown): unknown => {
    if (isExpression(part)) return renamedExpression(part, renames);
    if (isText(part)) return new TextTemplate(part.parts.map((one) => visit(one) as typeof one));
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    return renamedFields(
      Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, visit(entry)])),
      renames,
    );
  };
  return visit(value) as T;
}

function renamedExpression(expression: Expression, renames: Renames): Expression {
  const { source } = renameIds(expression, renames);
  const renamed = source.replace(
    /(\bcommands\[(?:'[^']+'|"[^"]+")\]\.)([a-z][a-z0-9_]*)/g,
    (_, of: string, name: string) => `${of}${renames.outputs.get(name) ?? name}`,
  );
  return renamed === expression.source ? expression : new Expression(renamed, expression.at);
}

/** Names that stand as plain text: a baseline's gate, an action's `as`, what is to be destroyed. */
function renamedFields(map: Readonly<Record<string, unknown>>, { gates, outputs }: Renames): unknown {
  const { op, gate, kind, as, args } = map;
  if (op === 'unchanged_since' && typeof gate === 'string') return { ...map, gate: gates.get(gate) ?? gate };
  if (typeof kind !== 'string' || !('args' in map)) return map;
  const name = (one: unknown): unknown => (typeof one === 'string' ? (outputs.get(one) ?? one) : one);
  return {
    ...map,
    ...(as !== undefined && { as: name(as) }),
    ...(kind === 'destroy' && Array.isArray(args) && { args: args.map(name) }),
  };
}
