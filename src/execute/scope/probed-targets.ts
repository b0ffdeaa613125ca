import { probes } from '../../kinds/probes/index.js';
import type { PlannedGate } from '../../model/plan.js';
import { showTemplate } from '../../model/template.js';

/** The targets that a gate's probe names. */
export function probedTargets(gate: PlannedGate): readonly string[] {
  return probes.get(gate.probe.kind)?.references?.(showTemplate(gate.probe.args)).targets ?? [];
}
