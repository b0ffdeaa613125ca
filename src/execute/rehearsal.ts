import { operandsIn } from '../model/matcher.js';
import { expressionsIn } from '../model/template.js';
import type { PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Execution } from './context.js';

const outsideKinds: ReadonlySet<string> = new Set(['exec', 'script']);

/** Why an action takes no part in a rehearsal, or null where it does. */
export function restsInRehearsal(
  execution: Execution,
  command: PlannedCommand,
  action: PlannedAction,
): string | null {
  if (execution.facts.mode !== 'rehearsal') return null;
  if (action.kind === 'manual') return 'nobody is asked in a rehearsal';
  if (!outsideKinds.has(action.kind) || command.rehearse) return null;
  return needsRehearse(action.kind);
}

const needsRehearse = (kind: string): string =>
  `${kind} takes part in a rehearsal only where its command says rehearse: true`;

/** Why a gate can't be looked at in a rehearsal: its own probe rests, or an output that it needs was not made. */
export function absentForRehearsal(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
): string | null {
  if (execution.facts.mode !== 'rehearsal') return null;
  if (outsideKinds.has(gate.probe.kind) && !command.rehearse) {
    return needsRehearse(gate.probe.kind);
  }
  const sources = [
    gate.probe.args,
    ...gate.expect.flatMap((e) => operandsIn(e.matcher)),
    gate.assert ?? null,
  ];
  for (const { source } of sources.flatMap((t) => expressionsIn(t))) {
    for (const [, id = '', as = ''] of source.matchAll(/commands\[['"]([^'"]+)['"]\]\.([a-z][a-z0-9_]*)/g)) {
      if (restedOutput(execution, command, id, as))
        return `${id} took no part in this rehearsal, so ${as} is absent`;
    }
  }
  return null;
}

function restedOutput(execution: Execution, own: PlannedCommand, id: string, as: string): boolean {
  const candidates = [...execution.plan.commands, ...execution.plan.teardown];
  const command = candidates.find((c) => c.id === id) ?? (own.base === id ? own : undefined);
  return (
    command?.actions.some((a) => a.as === as && restsInRehearsal(execution, command, a) !== null) ?? false
  );
}
