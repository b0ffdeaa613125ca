import { cut, visible } from '../base/visible.js';
import type { Cause } from '../model/event.js';
import { actions as actionKinds } from '../kinds/actions/index.js';
import type { Plan, PlannedAction } from '../model/plan.js';
import { writableProduction } from '../model/production.js';
import { isText, showTemplate } from '../model/template.js';
import type { Template } from '../model/template.js';
import type { Execution } from './context.js';
import { wordsIn } from './parts.js';
import type { ActionState, RunState } from './state/state.js';
import { endStates } from './teardown.js';
import { judge } from './state/verdict.js';

const longestReason = 500;

/**
 * What follows a failure after a change on production: the kill switch engages, what was to be recorded of the
 * change is recorded, and the slot is named that releases the switch. Nothing is restored and nothing deleted.
 * Asked twice, because a run can also fail in its teardown or by its own verdict; done once.
 */
export async function compensate(execution: Execution, declared: string | null = null): Promise<void> {
  const { plan, facts, recorder, world } = execution;
  const { compensation } = plan;
  if (compensation === undefined || recorder.state.compensation !== null) return;
  if (!hasFailed(execution, declared) || !changedProduction(plan, recorder.state)) return;
  const scope = facts.mode === 'rehearsal' ? 'rehearsal' : 'production';
  // Other runs and people read it, outside this run's redacted records.
  const reason = cut(visible(world.redact(reasonOf(recorder.state.cause))), longestReason);
  const { escalate } = compensation;
  const engaged = await world.engageKillSwitch({ scope, reason, escalate });
  await recorder.record({
    type: 'compensation_engaged',
    kill_switch: engaged.ok,
    scope,
    recorded: compensation.record.map(wordsOfRecord(execution)).map((words) => world.redact(words)),
    escalate,
  });
  if (engaged.ok) return;
  const { code, message } = engaged.error;
  const cause: Cause = { kind: 'control', code, command: null, gate: null, message };
  await recorder.record({ type: 'cause_added', cause });
}

/** An output that isn't there is a dash, and what stands around it is still said. */
function wordsOfRecord(execution: Execution): (template: Template) => string {
  const words = wordsIn(execution);
  return (template) =>
    isText(template)
      ? template.parts.map((part) => (typeof part === 'string' ? part : words(part))).join('')
      : words(template);
}

function reasonOf(cause: Cause | null): string {
  if (cause === null) return 'a gate did not hold';
  const where = [cause.gate, cause.command].filter((id) => id !== null).join(' in ');
  return where === '' ? cause.message : `${where}: ${cause.message}`;
}

function hasFailed(execution: Execution, declared: string | null): boolean {
  const { facts, recorder } = execution;
  const ends = endStates(execution);
  // Before the teardown what hasn't run yet is no failure: only a cause, or a gate or action that went wrong.
  const commands = ends.commands.filter((state) => state !== 'not_run');
  const gates = ends.gates.filter((state) => state !== 'not_evaluated');
  const { cause } = recorder.state;
  const { verdict } = judge({ mode: facts.mode, cause, declared, ...ends, commands, gates });
  return verdict === 'FAIL' || verdict === 'ABORTED';
}

/**
 * Whether an action that may have changed production was begun. One whose end isn't known counts; what its server
 * rolled back does not, nor a refusal that was expected and came.
 */
export function changedProduction(plan: Plan, state: RunState): boolean {
  const all = [...plan.commands, ...plan.teardown];
  return all.some((command) =>
    command.actions.some((action, index) => {
      const end = state.actions.get(command.id)?.get(index);
      return end !== undefined && mayHaveActed(action, end) && reachesProduction(action, plan);
    }),
  );
}

const mayHaveActed = (action: PlannedAction, end: ActionState): boolean =>
  end !== 'skipped' && end !== 'undone' && !(end === 'passed' && action.expectError !== undefined);

/** What they reach nobody can tell. */
const opaque: ReadonlySet<string> = new Set(['exec', 'script', 'manual']);

function reachesProduction({ kind, args, effect }: PlannedAction, { targets }: Plan): boolean {
  if (effect === 'observe') return false;
  const writable = writableProduction(targets);
  if (opaque.has(kind)) return writable.length > 0;
  // Other kinds make or destroy things of the run; `sql` is the only one that changes what a target holds.
  if (kind !== 'sql') return false;
  const named = actionKinds.get(kind)?.references?.(showTemplate(args)).targets ?? [];
  return named.some((name) => writable.includes(name));
}
