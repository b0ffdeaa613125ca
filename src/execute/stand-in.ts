import { listed } from '../base/words.js';
import type { KindProblem } from '../kinds/executor.js';
import type { PlannedAction, PlannedGate } from '../model/plan.js';
import { isTemplateMap } from '../model/template.js';
import type { Execution } from './context.js';
import { probedTargets } from './scope/probed-targets.js';

/** Probes that ask for what a database holds, and not which or how it is. */
const asksForContent = /^(?:sql|postgres\.(?:rows|catalog|privileges))$/;
/** undefined_table, invalid_schema_name, undefined_column, undefined_function. */
const absentStates: ReadonlySet<string> = new Set(['42P01', '3F000', '42703', '42883']);

const isAbsent = ({ code, sqlstate }: KindProblem): boolean =>
  code === 'TABLE_MISSING' || (sqlstate !== undefined && absentStates.has(sqlstate));

/** What to do where a gate misses in a rehearsal what only production has; undefined where that can't be why. */
export function seedOfGate(
  execution: Execution,
  gate: PlannedGate,
  problem: KindProblem | undefined,
): string | undefined {
  if (!asksForContent.test(gate.probe.kind) || (problem !== undefined && !isAbsent(problem)))
    return undefined;
  return seedOf(execution, probedTargets(gate));
}

/** As above, of an action. */
export function seedOfAction(
  execution: Execution,
  { args }: PlannedAction,
  problem: KindProblem,
): string | undefined {
  const target = isTemplateMap(args) ? args['target'] : undefined;
  return typeof target === 'string' && isAbsent(problem) ? seedOf(execution, [target]) : undefined;
}

function seedOf({ facts, plan }: Execution, targets: readonly string[]): string | undefined {
  if (facts.mode !== 'rehearsal') return undefined;
  for (const name of targets) {
    const server = plan.targets[name]?.postgres;
    if (server === undefined || !('embedded' in server) || server.embedded === undefined) continue;
    const { seed } = server.embedded;
    const holds = seed.length === 0 ? 'is empty' : `holds only what ${listed(seed)} makes`;
    const where =
      seed.length === 0 ? 'give it a seed that makes them (embedded: {seed: [FILE]})' : 'make them there too';
    return `in a rehearsal ${name} is a stand-in and ${holds}: to rehearse with other tables ${where}, or run on the database itself`;
  }
  return undefined;
}
