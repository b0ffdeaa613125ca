import { ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { evaluateTemplate, toText } from '../expression/index.js';
import type { KindProblem } from '../kinds/executor.js';
import type { PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Execution } from './context.js';
import { needsOf } from './needs.js';
import { probedTargets } from './scope/probed-targets.js';
import { absentForRehearsal } from './rehearsal.js';
import { evaluateWhen } from './when.js';

/** Why a gate isn't evaluated at all, or null where it is. */
export function skipReason(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
): Result<{ readonly state: 'skipped' | 'not_evaluated'; readonly reason: string } | null, KindProblem> {
  const embargoed = probedTargets(gate).find((name) => execution.targets.isEmbargoed(name));
  if (embargoed !== undefined) {
    return ok({ state: 'not_evaluated', reason: `target ${embargoed} is under embargo since a hard abort` });
  }
  const tearingDown = execution.recorder.state.phase === 'tearing_down';
  const unreachable = tearingDown
    ? probedTargets(gate).find((name) => !execution.targets.isReachable(name))
    : undefined;
  if (unreachable !== undefined)
    return ok({ state: 'not_evaluated', reason: `target ${unreachable} can't be reached any more` });
  const off = switchedOff(execution, command, gate);
  if (off.ok && off.value !== null) return ok({ state: 'skipped', reason: off.value });
  const lost = tearingDown ? lostBaseline(execution, gate) : undefined;
  if (lost !== undefined)
    return ok({
      state: 'not_evaluated',
      reason: `it compares with ${lost}, which observed nothing in this run`,
    });
  const absent = absentForRehearsal(execution, command, gate);
  if (absent !== null) return ok({ state: 'skipped', reason: absent });
  return off.ok ? ok(null) : off;
}

/** The reason that its `when` gives, or null where it doesn't switch the gate off. */
function switchedOff(
  execution: Execution,
  command: PlannedCommand,
  { when }: PlannedGate,
): Result<string | null, KindProblem> {
  if (when === undefined) return ok(null);
  const values = execution.scope.values(command);
  const wanted = evaluateWhen(when.if, values);
  if (!wanted.ok) return wanted;
  if (wanted.value) return ok(null);
  const reason = evaluateTemplate(when.reason, values);
  return ok(reason.ok ? toText(reason.value) : 'switched off by its when');
}

/** The earlier gate that this one compares with, where that one has no observation. */
const lostBaseline = ({ scope }: Execution, gate: PlannedGate): string | undefined =>
  needsOf(gate).baselines.find((id) => scope.observed(id) === undefined);
