import type { CommandId, GateId } from '../base/ids.js';
import { valueMap } from '../base/value.js';
import { actions as actionKinds } from '../kinds/actions/index.js';
import { eachOf, type Folder, type Iteration } from '../expression/index.js';
import type { ActionDeclaration } from '../kinds/declaration.js';
import type { PlannedAction, PlannedCommand, PlannedGate } from '../model/plan.js';
import type { Action, Effect, Gate, LoopedCommand, Runbook, TargetDeclaration } from '../model/runbook.js';
import { showTemplate } from '../model/template.js';
import { iterationsOf } from './loop.js';

const order: readonly Effect[] = ['observe', 'create', 'change', 'destroy'];
const worst = (effects: readonly Effect[]): Effect =>
  effects.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'observe');

/** What parts of a plan are made with; the folder is that of the own iteration. */
interface Making {
  readonly folder: Folder;
  readonly targets: Runbook['targets'];
  readonly kinds: ReadonlyMap<string, ActionDeclaration>;
}

/** The commands in the order in which they run, loops unrolled. */
export function planCommands(
  commands: readonly LoopedCommand[],
  folder: Folder,
  targets: Runbook['targets'],
  kinds: ReadonlyMap<string, ActionDeclaration> = actionKinds,
): readonly PlannedCommand[] {
  return commands.flatMap((command) => {
    const { forEach } = command;
    if (forEach === undefined) return [planCommand(command, null, { folder, targets, kinds })];
    return iterationsOf(command, forEach, folder).map((iteration) => {
      const own = folder.within(ownIds(command, iteration, folder));
      return planCommand(command, iteration, { folder: own, targets, kinds });
    });
  });
}

/** `C-10` is `C-10[S1]` inside its iteration, and so are its gates. */
function ownIds(
  command: LoopedCommand,
  iteration: Iteration,
  folder: Folder,
): Parameters<Folder['within']>[0] {
  const suffix = `[${iteration.key}]`;
  return {
    values: valueMap([...Object.entries(folder.values), ['each', eachOf(iteration)]]),
    commands: new Map([[command.id, command.id + suffix]]),
    gates: new Map([...command.guards, ...command.expectations].map(({ id }) => [id, id + suffix])),
  };
}

function planCommand(
  { forEach: _unrolled, ...command }: LoopedCommand,
  iteration: Iteration | null,
  making: Making,
): PlannedCommand {
  const { folder } = making;
  const suffix = iteration === null ? '' : `[${iteration.key}]`;
  const actions = command.actions.map((action) => planAction(action, command.effect, making));
  const declared = command.effect === undefined ? [] : [command.effect];
  return {
    ...command,
    id: (command.id + suffix) as CommandId,
    base: command.id,
    ...(iteration && { each: iteration }),
    title: folder.template(command.title),
    ...(command.why !== undefined && { why: folder.template(command.why) }),
    ...(command.when && { when: folder.expression(command.when) }),
    effect: worst([...declared, ...actions.map(({ effect }) => effect)]),
    guards: command.guards.map((gate) => planGate(gate, suffix, folder)),
    actions,
    expectations: command.expectations.map((gate) => planGate(gate, suffix, folder)),
  };
}

function planGate(gate: Gate, suffix: string, folder: Folder): PlannedGate {
  return {
    ...gate,
    id: (gate.id + suffix) as GateId,
    title: folder.template(gate.title),
    probe: { kind: gate.probe.kind, args: folder.template(gate.probe.args) },
    expect: folder.expectations(gate.expect),
    ...(gate.assert && { assert: folder.expression(gate.assert) }),
    ...(gate.why !== undefined && { why: folder.template(gate.why) }),
    ...(gate.when && {
      when: { if: folder.expression(gate.when.if), reason: folder.template(gate.when.reason) },
    }),
  };
}

function planAction(
  action: Action,
  declared: Effect | undefined,
  { folder, targets, kinds }: Making,
): PlannedAction {
  const args = folder.template(action.args);
  const target = (name: string): TargetDeclaration | undefined =>
    Object.hasOwn(targets, name) ? targets[name] : undefined;
  const own = kinds.get(action.kind)?.effect ?? 'declared';
  const effect = typeof own === 'function' ? own(showTemplate(args), target) : own;
  return {
    ...action,
    args,
    ...(action.when && { when: folder.expression(action.when) }),
    ...(action.expectError && { expectError: folder.map(action.expectError) }),
    // A rule refuses what is undeclared; should one get here, it counts as the worst that isn't a destroy.
    effect: effect === 'declared' ? (declared ?? 'change') : effect,
  };
}
