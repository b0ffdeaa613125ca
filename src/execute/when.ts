import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { ValueMap } from '../base/value.js';
import { evaluate } from '../expression/index.js';
import type { KindProblem } from '../kinds/executor.js';
import type { PlannedCommand } from '../model/plan.js';

/** Whether what bears this `when` is to take place; without one it is. */
export function evaluateWhen(when: PlannedCommand['when'], values: ValueMap): Result<boolean, KindProblem> {
  if (when === undefined) return ok(true);
  const wanted = evaluate(when, values);
  if (!wanted.ok)
    return err({ code: wanted.error.code, message: `its when can't be evaluated: ${wanted.error.message}` });
  if (typeof wanted.value !== 'boolean')
    return err({ code: 'WHEN_TYPE', message: 'its when is not a boolean' });
  return ok(wanted.value);
}
