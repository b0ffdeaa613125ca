import type { Action, Gate, LoopedCommand, Runbook } from '../model/runbook.js';

export type Path = readonly (string | number)[];

export interface CommandPlace {
  readonly command: LoopedCommand;
  readonly phase: 'commands' | 'teardown';
  readonly path: Path;
}
/**
 * A moment of a run: guards of one command share theirs, for they run side by side; actions and expectations
 * have one each.
 */
export type Step = number;

export interface GatePlace {
  readonly gate: Gate;
  readonly of: CommandPlace;
  readonly list: 'guards' | 'expectations';
  readonly path: Path;
  readonly step: Step;
}
export interface ActionPlace {
  readonly action: Action;
  readonly of: CommandPlace;
  readonly path: Path;
  readonly step: Step;
}

export interface Places {
  readonly commands: readonly CommandPlace[];
  readonly gates: readonly GatePlace[];
  readonly actions: readonly ActionPlace[];
  readonly commandById: ReadonlyMap<string, CommandPlace>;
  readonly gateById: ReadonlyMap<string, GatePlace>;
  /** By the id of the command. */
  readonly gatesOf: (command: string) => readonly GatePlace[];
  readonly actionsOf: (command: string) => readonly ActionPlace[];
}

/** Lays a runbook out in time. */
export function placesOf(runbook: Runbook): Places {
  const commands: CommandPlace[] = [];
  const gates: GatePlace[] = [];
  const actions: ActionPlace[] = [];
  let step = 0;
  for (const phase of ['commands', 'teardown'] as const) {
    for (const command of runbook[phase]) {
      const path = [phase, command.id];
      const of: CommandPlace = { command, phase, path };
      commands.push(of);
      step++;
      for (const gate of command.guards) {
        gates.push({ gate, of, list: 'guards', path: [...path, 'guards', gate.id], step });
      }
      for (const [index, action] of command.actions.entries()) {
        actions.push({ action, of, path: [...path, 'do', index], step: ++step });
      }
      for (const gate of command.expectations) {
        gates.push({
          gate,
          of,
          list: 'expectations',
          path: [...path, 'expectations', gate.id],
          step: ++step,
        });
      }
    }
  }
  const gatesBy = grouped(gates);
  const actionsBy = grouped(actions);
  return {
    commands,
    gates,
    actions,
    commandById: firstBy(commands, (p) => p.command.id),
    gateById: firstBy(gates, (p) => p.gate.id),
    gatesOf: (command) => gatesBy.get(command) ?? [],
    actionsOf: (command) => actionsBy.get(command) ?? [],
  };
}

function firstBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) if (!map.has(key(item))) map.set(key(item), item);
  return map;
}

function grouped<T extends { readonly of: CommandPlace }>(items: readonly T[]): ReadonlyMap<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) {
    const list = map.get(item.of.command.id);
    if (list === undefined) map.set(item.of.command.id, [item]);
    else list.push(item);
  }
  return map;
}
