import type { PlannedCommand, PlannedGate } from '../model/plan.js';
import { askedWords } from '../plan/index.js';
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
    await endGate(execution, { command, gate }, state, reason);
    execution.scope.addGate(gate.id, state, undefined);
  }
}

/** The end of a gate that concluded nothing; what it would have asked for is said as the plan has it. */
export const endGate = (
  { recorder }: Execution,
  { command, gate }: { readonly command: PlannedCommand; readonly gate: PlannedGate },
  state: 'skipped' | 'not_evaluated' | 'cancelled',
  reason: string,
): Promise<void> =>
  recorder.record({
    ...{ type: 'gate_ended', gate: gate.id, command: command.id, state, reason },
    ...{ expected: null, expected_words: askedWords(gate), difference: null, duration_ms: 0, attempts: 0 },
  });
