import { baseOf } from '../../base/ids.js';
import type { Plan, PlannedCommand, PlannedGate } from '../../model/plan.js';
import type { Runbook } from '../../model/runbook.js';
import type { Place } from './change.js';
import { match, type Likeness, type Matching } from './matching.js';
import { outputRenames, renamedIn, type Renames } from './rename.js';
import { meaning, withoutIds } from './same.js';

/** A runbook and the plan that was made of it. */
export interface Side {
  readonly plan: Plan;
  /** As written: it still says what depends on which param. */
  readonly runbook: Runbook;
}

export interface PlacedCommand {
  readonly command: PlannedCommand;
  readonly teardown: boolean;
}
export interface PlacedGate {
  readonly gate: PlannedGate;
  readonly of: PlacedCommand;
  readonly phase: 'guard' | 'expectation';
}

/** Two plans side by side. What is of the old one speaks in the ids of the new one. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
  readonly commands: Matching<PlacedCommand>;
  readonly gates: Matching<PlacedGate>;
  /** New ids by the old ones, where they differ. */
  readonly renamed: ReadonlyMap<string, string>;
  /** New `as` names by the old ones. */
  readonly outputs: ReadonlyMap<string, string>;
}

export function alignSides(before: Side, after: Side): Sides {
  const [old, now] = [commandsOf(before.plan), commandsOf(after.plan)];
  const commands = matchCommands(old, now);
  const gates = matchGates(commands, old, now);
  const ids = (pairs: readonly (readonly [string, string])[]): Map<string, string> =>
    new Map(pairs.flatMap(([from, to]) => [[from, to] as const, [baseOf(from), baseOf(to)] as const]));
  const commandIds = ids(commands.pairs.map((p) => [p.before.command.id, p.after.command.id]));
  const gateIds = ids(gates.pairs.map((p) => [p.before.gate.id, p.after.gate.id]));
  const outputs = outputRenames(
    commands.pairs.map((pair) => ({ before: pair.before.command, after: pair.after.command })),
  );
  const renames: Renames = { commands: changed(commandIds), gates: changed(gateIds), outputs };
  const rename = <T>(value: T): T => renamedIn(value, renames);
  return {
    before: { plan: rename(before.plan), runbook: before.runbook },
    after,
    commands: { ...commands, pairs: commands.pairs.map((p) => ({ ...p, before: rename(p.before) })) },
    gates: { ...gates, pairs: gates.pairs.map((p) => ({ ...p, before: rename(p.before) })) },
    renamed: new Map([...renames.commands, ...renames.gates]),
    outputs,
  };
}

const changed = (ids: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...ids].filter(([from, to]) => from !== to));

const commandsOf = ({ commands, teardown }: Plan): PlacedCommand[] => [
  ...commands.map((command) => ({ command, teardown: false })),
  ...teardown.map((command) => ({ command, teardown: true })),
];
const gatesOf = (of: PlacedCommand): PlacedGate[] => [
  ...of.command.guards.map((gate) => ({ gate, of, phase: 'guard' as const })),
  ...of.command.expectations.map((gate) => ({ gate, of, phase: 'expectation' as const })),
];

const probeOf = ({ probe }: PlannedGate): string => withoutIds(meaning(probe));
const gateContent = ({ probe, expect, assert }: PlannedGate): string =>
  withoutIds(`${meaning(probe)} ${expect.map(meaning).sort().join(' ')} ${meaning(assert)}`);

function matchCommands(
  before: readonly PlacedCommand[],
  after: readonly PlacedCommand[],
): Matching<PlacedCommand> {
  const contents = new Map<PlacedCommand, string>();
  const content = (placed: PlacedCommand): string => {
    const known = contents.get(placed);
    if (known !== undefined) return known;
    const { guards, actions, expectations, when } = placed.command;
    const gates = [...guards, ...expectations].map(gateContent).sort();
    const made = withoutIds(`${placed.teardown} ${meaning(when)} ${meaning(actions)} ${gates.join('\n')}`);
    contents.set(placed, made);
    return made;
  };
  const title = ({ command, teardown }: PlacedCommand): string => `${teardown} ${meaning(command.title)}`;
  return match(before, after, [
    (placed) => `${placed.command.id} ${content(placed)}`,
    content,
    (placed) => `${placed.command.id} ${title(placed)}`,
    title,
    (placed) => `${placed.command.id} ${placed.teardown}`,
  ]);
}

/** A gate is found by what it looks at and compares before it is found by its id: ids are renumbered. */
function matchGates(
  commands: Matching<PlacedCommand>,
  before: readonly PlacedCommand[],
  after: readonly PlacedCommand[],
): Matching<PlacedGate> {
  const pairOf = new Map(commands.pairs.map((pair) => [pair.before, pair.after.command.id]));
  const home = ({ of }: PlacedGate, side: 'before' | 'after'): string | null =>
    side === 'after' ? of.command.id : (pairOf.get(of) ?? null);
  const atHome =
    (key: (gate: PlacedGate) => string): Likeness<PlacedGate> =>
    (gate, side) => {
      const own = home(gate, side);
      return own === null ? null : `${own} ${key(gate)}`;
    };
  const contents = new Map<PlannedGate, string>();
  const content = ({ gate }: PlacedGate): string => {
    const made = contents.get(gate) ?? gateContent(gate);
    contents.set(gate, made);
    return made;
  };
  const likenesses: readonly Likeness<PlacedGate>[] = [
    (placed) => `${placed.gate.id} ${content(placed)}`,
    atHome((placed) => `${placed.phase} ${content(placed)}`),
    content,
    atHome(({ gate }) => `${gate.id} ${probeOf(gate)}`),
    atHome(({ gate }) => probeOf(gate)),
    ({ gate }) => `${gate.id} ${gate.probe.kind}`,
    atHome(({ gate }) => gate.id),
  ];
  return match(before.flatMap(gatesOf), after.flatMap(gatesOf), likenesses);
}

export const commandPlace = ({ command, teardown }: PlacedCommand): Place => ({
  name: command.id,
  path: [teardown ? 'teardown' : 'commands', command.base],
});

export const gatePlace = ({ gate, of, phase }: PlacedGate): Place => ({
  name: gate.id,
  path: [...commandPlace(of).path, phase === 'guard' ? 'guards' : 'expectations', baseOf(gate.id)],
});

/** Where a thing was whose command is still there; a reader is led to that. */
export function formerPlace(of: PlacedCommand, { commands }: Sides, name: string): Place {
  const pair = commands.pairs.find(({ before }) => before.command.id === of.command.id);
  return { name, path: pair === undefined ? [] : commandPlace(pair.after).path };
}
