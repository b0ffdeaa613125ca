import type { UsedName } from '../expression/index.js';
import { probes } from '../kinds/probes/index.js';
import { counted } from '../base/words.js';
import type { Cause, CommandEnd, GateEnd } from '../model/event.js';
import type { Problem } from '../text/problem.js';
import type { PlannedCommand, PlannedGate } from '../model/plan.js';
import { isProduction } from '../model/production.js';
import { closeGates } from './close-gates.js';
import type { Execution } from './context.js';
import { evaluateGate } from './gate.js';
import { needsOf } from './needs.js';
import { evaluateParts } from './parts.js';
import { probedTargets } from './scope/probed-targets.js';
import { begin, conclude, passOver, stoppedBefore } from './run.js';
import type { Ended } from './run.js';
import { judge } from './state/verdict.js';
import { endStates, sweep } from './teardown.js';

/** Evaluates the guards that need nothing an action makes, all of them; no action runs. */
export async function executeDryRun(admitted: Execution, withheld: Problem | null): Promise<Ended> {
  const execution = await begin(admitted);
  const { recorder, plan, facts } = execution;
  const { signal } = execution.cancellation;
  if (withheld !== null) await recorder.record({ type: 'cause_added', cause: withheldCause(withheld) });
  const looked = new Set<string>();
  for (const command of [...plan.commands, ...plan.teardown]) {
    if (signal.aborted) {
      await passOver(execution, command);
      continue;
    }
    const started = execution.world.clock.monotonicMs();
    const seen = plan.teardown.includes(command) ? [] : await lookAt(execution, command, looked);
    await closeGates(
      execution,
      command,
      'not_evaluated',
      signal.aborted ? stoppedBefore : unlooked(withheld),
    );
    const end = endOf(seen);
    await recorder.record({
      type: 'command_ended',
      command: command.id,
      state: end,
      duration_ms: end === 'not_run' ? 0 : Math.round(execution.world.clock.monotonicMs() - started),
      reason: reasonOf(command, seen.filter((state) => state !== 'cancelled').length),
    });
  }
  const { verdict } = judge({
    ...{ mode: facts.mode, cause: recorder.state.cause, declared: null },
    ...endStates(execution),
  });
  await recorder.record({ type: 'parts_evaluated', parts: evaluateParts(execution, verdict) });
  await sweep(execution);
  return conclude(execution, null);
}

const unlooked = (withheld: Problem | null): string =>
  `a dry run evaluates only guards that need nothing an action makes${withheld === null ? '' : ', and without the approvals none of production'}`;

/** Only what its guards said: what isn't looked at is neither good nor bad. */
function endOf(seen: readonly GateEnd[]): CommandEnd {
  if (seen.length === 0) return 'not_run';
  if (seen.includes('error')) return 'error';
  if (seen.includes('failed')) return 'failed';
  return seen.includes('cancelled') ? 'cancelled' : 'passed';
}

function reasonOf({ guards, expectations }: PlannedCommand, seen: number): string {
  const all = guards.length + expectations.length;
  const looked = all === 0 ? '' : `${seen === 0 ? 'none' : seen} of ${counted(all, 'gate')} looked at; `;
  return `${looked}no action runs`;
}

/** How each guard ended that could be looked at; `looked` learns which. */
async function lookAt(
  execution: Execution,
  command: PlannedCommand,
  looked: Set<string>,
): Promise<readonly GateEnd[]> {
  const { recorder, cancellation, scope } = execution;
  const guards = command.guards.filter((gate) => standsAlone(execution, gate, looked));
  if (guards.length === 0) return [];
  await recorder.record({ type: 'command_started', command: command.id });
  const ends: GateEnd[] = [];
  for (const gate of guards) {
    if (cancellation.signal.aborted) break;
    await recorder.record({ type: 'gate_started', gate: gate.id, command: command.id });
    const outcome = await evaluateGate(execution, command, gate, cancellation.signal);
    await recorder.record(outcome.event);
    scope.addGate(gate.id, outcome.event.state, outcome.observed);
    looked.add(gate.id);
    ends.push(outcome.event.state);
  }
  return ends;
}

function standsAlone(execution: Execution, gate: PlannedGate, looked: ReadonlySet<string>): boolean {
  const probe = probes.get(gate.probe.kind);
  if (probe === undefined || !probe.inDryRun) return false;
  if (probedTargets(gate).some((name) => isSandbox(execution, name) || !isLookedAt(execution, name)))
    return false;
  const { names, baselines } = needsOf(gate);
  return baselines.every((id) => looked.has(id)) && names.every((name) => isThere(name, looked));
}

/** Not what exists only while a run acts, nor what a gate saw that isn't looked at here. */
function isThere({ root, path: [first, second] }: UsedName, looked: ReadonlySet<string>): boolean {
  if (root === 'commands') return false;
  if (root === 'gates') return looked.has(String(first));
  if (root === 'run') return first !== undefined && first !== 'work' && first !== 'logs';
  return root !== 'targets' || (second !== undefined && second !== 'engine');
}

/** Without the approvals a production target is out of reach here; every other one that exists was opened. */
const isLookedAt = ({ plan, targets }: Execution, name: string): boolean =>
  !isProduction(plan.targets, name) || targets.isReachable(name);

/** It isn't refused, it shows what it may; but a dry run that didn't look at production holds nothing good. */
const withheldCause = ({ code, message, next }: Problem): Cause => ({
  kind: 'control',
  code,
  command: null,
  gate: null,
  message: `production was not looked at: ${message}`,
  ...(next !== undefined && { next }),
});

function isSandbox(execution: Execution, name: string): boolean {
  const postgres = execution.plan.targets[name]?.postgres;
  if (postgres === undefined) return false;
  return postgres.via === 'sandbox' || (postgres.via === 'of' && isSandbox(execution, postgres.of));
}
