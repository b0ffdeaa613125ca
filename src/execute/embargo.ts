import type { KindProblem } from '../kinds/executor.js';
import type { PlannedGate } from '../model/plan.js';
import type { GateOutcome } from './gate.js';
import { probedTargets } from './scope/probed-targets.js';

/** A declared hard abort, or a session that found another cluster than it must: never softened. */
export function isHardAbort(gate: PlannedGate, { event, identityMismatch }: GateOutcome): boolean {
  return (
    identityMismatch ||
    (gate.onFail === 'hard-abort' && (event.state === 'failed' || event.state === 'error'))
  );
}

/** What its probe names, and where a session was refused: `protected` names no target itself. */
export const embargoedBy = (gate: PlannedGate, { problem }: GateOutcome): readonly string[] => [
  ...new Set([...probedTargets(gate), ...refusedBy(problem)]),
];

export const refusedBy = (problem: KindProblem | undefined): readonly string[] =>
  problem?.target === undefined ? [] : [problem.target];
