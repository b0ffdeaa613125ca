import type { PlannedCommand } from '../model/plan.js';
import type { Execution } from './context.js';

/** Every gate of a command that will not be evaluated gets its one end state. */
export async function closeGates(
  execution: Execution,
  command: PlannedCommand,
  state: 'skipped' | 'not_evaluated',
  reason: string,
): Promise<void> {
  for (const gate of [...command.guards, ...command.expectations]) {
    if (execution.recorder.state.gates.get(gate.id)?.state !== 'pending') continue;
    const nothing = { expected: null, expected_words: [], difference: null, duration_ms: 0, attempts: 0 };
    await execution.recorder.record({
      type: 'gate_ended',
      gate: gate.id,
      command: command.id,
      state,
      reason,
      ...nothing,
    });
    execution.scope.addGate(gate.id, state, undefined);
  }
}
