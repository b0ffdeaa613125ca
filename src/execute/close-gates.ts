import type { GateId } from '../base/ids.js';
import type { PlannedCommand } from '../model/plan.js';
import type { Execution } from './context.js';

/** Every gate of a command that will not be evaluated gets its one end state. */
export async function closeGates(
  execution: Execution,
  command: PlannedCommand,
  state: 'skipped' | 'not_evaluated',
  reason: string,
): Promise<void> {
  for (const { id } of [...command.guards, ...command.expectations]) {
    if (execution.recorder.state.gates.get(id)?.state !== 'pending') continue;
    await endGate(execution, command, id, state, reason);
    execution.scope.addGate(id, state, undefined);
  }
}

/** The end of a gate that concluded nothing. */
export const endGate = (
  { recorder }: Execution,
  command: PlannedCommand,
  gate: GateId,
  state: 'skipped' | 'not_evaluated' | 'cancelled',
  reason: string,
): Promise<void> =>
  recorder.record({
    ...{ type: 'gate_ended', gate, command: command.id, state, reason },
    ...{ expected: null, expected_words: [], difference: null, duration_ms: 0, attempts: 0 },
  });
