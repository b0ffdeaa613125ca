import { namesIn, type UsedName } from '../expression/index.js';
import type { PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import { expressionsIn } from '../model/template.js';
import type { Execution } from './context.js';
import { needsOf } from './needs.js';

const outsideKinds: ReadonlySet<string> = new Set(['exec', 'script']);

/** Why a command takes no part in a rehearsal as a whole: what its `when` asks for is absent. */
export function commandRestsInRehearsal(execution: Execution, command: PlannedCommand): string | null {
  const { when } = command;
  if (execution.facts.mode !== 'rehearsal' || when === undefined) return null;
  return once(command, () => absence(execution, namesIn(when.source)));
}

/** Why an action takes no part in a rehearsal, or null where it does. */
export function restsInRehearsal(
  execution: Execution,
  command: PlannedCommand,
  action: PlannedAction,
): string | null {
  if (execution.facts.mode !== 'rehearsal') return null;
  if (action.kind === 'manual') return 'nobody is asked in a rehearsal';
  if (outsideKinds.has(action.kind) && !command.rehearse) return needsRehearse(action.kind);
  return once(action, () => {
    const asked = [action.args, action.when ?? null, action.expectError ?? null].flatMap(expressionsIn);
    return absence(
      execution,
      asked.flatMap(({ source }) => namesIn(source)),
    );
  });
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
  return once(gate, () => {
    const { names, baselines } = needsOf(gate);
    return absence(execution, names, baselines);
  });
}

/** The plan alone decides it; asked again for all that is built on it, it would be found as often as there are ways to it. */
const known = new WeakMap<object, string | null>();
function once(part: PlannedCommand | PlannedAction | PlannedGate, find: () => string | null): string | null {
  const before = known.get(part);
  if (before !== undefined) return before;
  const found = find();
  known.set(part, found);
  return found;
}

/** What of these names, and of the gates that are compared with, a rehearsal went without. */
function absence(
  execution: Execution,
  names: readonly UsedName[],
  baselines: readonly string[] = [],
): string | null {
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
    if (gate === undefined) continue;
    return (
      commandRestsInRehearsal(execution, command) !== null ||
      absentForRehearsal(execution, command, gate) !== null
    );
  }
  return false;
}

function restedOutput(execution: Execution, id: string, as: string): boolean {
  const command = commandsOf(execution).find((c) => c.id === id);
  const action = command?.actions.find((a) => a.as === as);
  if (command === undefined || action === undefined) return false;
  return (
    commandRestsInRehearsal(execution, command) !== null ||
    restsInRehearsal(execution, command, action) !== null
  );
}
