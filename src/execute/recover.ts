import type { PlannedCommand } from '../model/plan.js';
import { closeGates, endGate } from './close-gates.js';
import type { Execution } from './context.js';
import { finish } from './run.js';
import type { Ended, Patience } from './run.js';

/**
 * Goes on with a run whose runner died: what was in the air gets its end state, nothing is run again, then the
 * teardown as after any abort. Doing it twice changes nothing.
 */
export async function recoverRun(
  execution: Execution,
  who: { readonly operator: string; readonly host: string },
  patience: Patience,
): Promise<Ended> {
  const { recorder, plan, cancellation } = execution;
  await recorder.record({ type: 'recovery_started', ...who });
  if (recorder.state.cause === null) {
    cancellation.abort({
      kind: 'crash',
      code: 'CRASHED',
      command: null,
      gate: null,
      message: 'the runner died before it could end the run',
    });
  } else cancellation.adopt(recorder.state.cause);
  execution.targets.embargo(recorder.state.embargoed);
  recallScope(execution);
  for (const command of plan.commands) await settle(execution, command);
  for (const command of plan.teardown)
    if (recorder.state.commands.get(command.id) === 'running') await settle(execution, command);
  return finish(execution, patience);
}

/** What earlier gates observed and actions yielded, in its journal form: all that is left of it. */
function recallScope({ scope, recorder }: Execution): void {
  for (const [id, gate] of recorder.state.gates) {
    if (gate.state === 'pending' || gate.state === 'evaluating') continue;
    scope.addGate(id, gate.state, gate.observed);
  }
  for (const [id, outputs] of recorder.state.outputs)
    for (const [as, output] of outputs) scope.addOutput(id, as, output);
}

async function settle(execution: Execution, command: PlannedCommand): Promise<void> {
  const { recorder } = execution;
  const state = recorder.state.commands.get(command.id);
  if (state !== 'pending' && state !== 'running') return;
  const reason = 'the runner died';
  for (const gate of [...command.guards, ...command.expectations]) {
    if (recorder.state.gates.get(gate.id)?.state === 'evaluating')
      await endGate(execution, { command, gate }, 'cancelled', reason);
  }
  await closeGates(execution, command, 'not_evaluated', 'the runner died before it');
  // An action whose end is not on record may have happened or not: it is never run again.
  const unknown = recorder.state.open?.command === command.id;
  await recorder.record({
    type: 'command_ended',
    command: command.id,
    state: state === 'pending' ? 'not_run' : unknown ? 'unknown' : 'cancelled',
    reason,
    duration_ms: state === 'pending' ? 0 : null,
  });
}
