import { operandsIn } from '../model/matcher.js';
import { expressionsIn } from '../model/template.js';
import { probes } from '../kinds/probes/index.js';
import type { Cause } from '../model/event.js';
import type { Problem } from '../text/problem.js';
import type { PlannedCommand, PlannedGate } from '../model/plan.js';
import { closeGates } from './close-gates.js';
import type { Execution } from './context.js';
import { evaluateGate } from './gate.js';
import { evaluateParts } from './parts.js';
import { probedTargets } from './probed-targets.js';
import { begin, conclude } from './run.js';
import type { Ended } from './run.js';
import { sweep } from './teardown.js';

/** What exists only while a run acts. */
const madeByRuns = /\bcommands\b|\brun\.(work|logs)\b|\.engine\b/;

/** Evaluates the guards that need nothing an action makes, all of them; no action runs. */
export async function executeDryRun(admitted: Execution, withheld: Problem | null): Promise<Ended> {
  const execution = await begin(admitted);
  const { recorder, plan } = execution;
  if (withheld !== null) await recorder.record({ type: 'cause_added', cause: withheldCause(withheld) });
  for (const command of [...plan.commands, ...plan.teardown]) {
    const started = execution.world.clock.monotonicMs();
    if (!plan.teardown.includes(command)) await lookAt(execution, command);
    await closeGates(
      execution,
      command,
      'not_evaluated',
      withheld === null
        ? 'a dry run evaluates only guards that need nothing an action makes'
        : 'a dry run evaluates only guards that need nothing an action makes, and without the approvals none of production',
    );
    const state = recorder.state.commands.get(command.id);
    const end = state === 'running' ? 'passed' : 'not_run';
    await recorder.record({
      type: 'command_ended',
      command: command.id,
      state: end,
      duration_ms: end === 'passed' ? Math.round(execution.world.clock.monotonicMs() - started) : 0,
      reason: 'dry run: no action runs',
    });
  }
  await recorder.record({ type: 'parts_evaluated', parts: evaluateParts(execution, 'DRY-RUN') });
  await sweep(execution);
  return conclude(execution, null);
}

async function lookAt(execution: Execution, command: PlannedCommand): Promise<void> {
  const { recorder, cancellation, scope } = execution;
  const guards = command.guards.filter((gate) => standsAlone(execution, gate));
  if (guards.length === 0 || cancellation.signal.aborted) return;
  await recorder.record({ type: 'command_started', command: command.id });
  for (const gate of guards) {
    await recorder.record({ type: 'gate_started', gate: gate.id, command: command.id });
    const outcome = await evaluateGate(execution, command, gate, cancellation.signal);
    await recorder.record(outcome.event);
    scope.addGate(gate.id, outcome.event.state, outcome.observed);
  }
}

function standsAlone(execution: Execution, gate: PlannedGate): boolean {
  const probe = probes.get(gate.probe.kind);
  if (probe === undefined || !probe.inDryRun || gate.probe.kind === 'ledger') return false;
  if (probedTargets(gate).some((name) => isSandbox(execution, name) || !isLookedAt(execution, name)))
    return false;
  const sources = [
    gate.probe.args,
    gate.assert ?? null,
    gate.when?.if ?? null,
    ...gate.expect.flatMap((e) => operandsIn(e.matcher)),
  ];
  return !sources.flatMap((t) => expressionsIn(t)).some((e) => madeByRuns.test(e.source));
}

/** Without the approvals a production target is out of reach here; every other one that exists was opened. */
const isLookedAt = ({ plan, targets }: Execution, name: string): boolean =>
  plan.targets[name]?.production !== true || targets.isReachable(name);

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
