import { valueMap, type Value, type ValueMap } from '../base/value.js';
import { evaluate, namesIn } from '../expression/index.js';
import type { Runbook } from '../model/runbook.js';
import { expressionsIn, type Expression } from '../model/template.js';

const known = new WeakMap<Runbook, ValueMap>();

/** Constants in which no param stands. */
export function constantsOf(runbook: Runbook): ValueMap {
  const made = known.get(runbook);
  if (made !== undefined) return made;
  const constants = valueMap(
    Object.entries(runbook.data).flatMap(([name, value]) =>
      expressionsIn(value).length === 0 ? [[name, value as Value] as const] : [],
    ),
  );
  known.set(runbook, constants);
  return constants;
}

/** What an expression yields that is over such constants alone; undefined where it isn't, or has no value. */
export function constantValue(expression: Expression, runbook: Runbook): Value | undefined {
  const data = constantsOf(runbook);
  const names = namesIn(expression.source);
  if (!names.every(({ root, path }) => root === 'data' && Object.hasOwn(data, String(path[0]))))
    return undefined;
  const found = evaluate(expression, valueMap([['data', data]]));
  return found.ok ? found.value : undefined;
}
