import type { PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Execution } from './context.js';
import { needsOf } from './needs.js';

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

/** Why a gate can't be looked at in a rehearsal: its own probe rests, or something that it needs was not made or seen. */
export function absentForRehearsal(
  execution: Execution,
  command: PlannedCommand,
  gate: PlannedGate,
): string | null {
  if (execution.facts.mode !== 'rehearsal') return null;
  if (outsideKinds.has(gate.probe.kind) && !command.rehearse) {
    return needsRehearse(gate.probe.kind);
  }
  const { names, baselines } = needsOf(gate);
  for (const { root, path } of names) {
    const [id, what] = path.map(String);
    if (root === 'commands' && id !== undefined && what !== undefined && restedOutput(execution, id, what))
      return `${id} took no part in this rehearsal, so ${what} is absent`;
  }
  const seen = names.flatMap(({ root, path: [id, what] }) =>
    root === 'gates' && what === 'observed' ? [String(id)] : [],
  );
  const rested = [...seen, ...baselines].find((id) => restedGate(execution, id));
  return rested === undefined ? null : `${rested} took no part in this rehearsal, so it observed nothing`;
}

const commandsOf = ({ plan }: Execution): readonly PlannedCommand[] => [...plan.commands, ...plan.teardown];

/** References lead back in time, so that this comes to an end. */
function restedGate(execution: Execution, id: string): boolean {
  for (const command of commandsOf(execution)) {
    const gate = [...command.guards, ...command.expectations].find((one) => one.id === id);
    if (gate !== undefined) return absentForRehearsal(execution, command, gate) !== null;
  }
  return false;
}

function restedOutput(execution: Execution, id: string, as: string): boolean {
  const command = commandsOf(execution).find((c) => c.id === id);
  return (
    command?.actions.some((a) => a.as === as && restsInRehearsal(execution, command, a) !== null) ?? false
  );
}
