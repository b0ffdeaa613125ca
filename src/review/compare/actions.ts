import { listed } from '../../base/words.js';
import { actions as kinds } from '../../kinds/actions/index.js';
import type { PlannedAction } from '../../model/plan.js';
import { showTemplate } from '../../model/template.js';
import { refusalWords } from '../commands.js';
import { condition, plain } from '../words.js';
import { compareArguments } from './arguments.js';
import type { Change, Place } from './change.js';
import { match, moved, type Pair } from './matching.js';
import { meaning, withoutIds } from './same.js';
import { commandPlace, formerPlace, type PlacedCommand, type Sides } from './sides.js';

const words = ({ kind, args }: PlannedAction): string =>
  plain(kinds.get(kind)?.words(showTemplate(args)) ?? kind);

/** What commands do: actions that are gone, new, moved or given something else. */
export function actionsChanged(sides: Sides): Change[] {
  const gone = sides.commands.removed.flatMap((of) =>
    of.command.actions.map((action) => removed(action, formerPlace(of, sides, of.command.id))),
  );
  const come = sides.commands.added.flatMap((of) =>
    of.command.actions.map((action, index) => added(action, actionPlace(of, index, action))),
  );
  return [...gone, ...sides.commands.pairs.flatMap((pair) => ofCommand(pair)), ...come];
}

/** Outputs that are called otherwise, wherever they are used. */
export function outputsRenamed({ outputs }: Sides): Change[] {
  if (outputs.size === 0) return [];
  const words = [...outputs].map(([from, to]) => `${from} is now ${to}`);
  return [
    {
      kind: 'renamed',
      weight: 'cosmetic',
      place: { name: 'outputs', path: [] },
      what: `called otherwise: ${listed(words)}`,
    },
  ];
}

const actionPlace = (of: PlacedCommand, index: number, { kind }: PlannedAction): Place => {
  const { name, path } = commandPlace(of);
  return { name, path: [...path, 'do', index, kind] };
};

const removed = (action: PlannedAction, place: Place): Change => ({
  kind: 'action-removed',
  weight: action.expectError === undefined ? 'changes' : 'weakens',
  place,
  what:
    action.expectError === undefined
      ? `${action.kind} is no longer done`
      : `that ${action.kind} is refused is no longer proved`,
  before: words(action),
});

const added = (action: PlannedAction, place: Place): Change => ({
  kind: 'action-added',
  weight: action.expectError === undefined ? 'changes' : 'weakens',
  place,
  what:
    action.expectError === undefined
      ? `${action.kind} is done, too`
      : `${action.kind} is tried, and a refusal is accepted`,
  after: words(action),
});

function ofCommand({ before, after }: Pair<PlacedCommand>): Change[] {
  const matching = match(before.command.actions, after.command.actions, [
    meaning,
    ({ as, kind, args }) => `${as ?? ''} ${kind} ${meaning(args)}`,
    ({ kind, args }) => `${kind} ${withoutIds(meaning(args))}`,
    ({ as, kind }) => (as === undefined ? null : `${as} ${kind}`),
    ({ kind }) => kind,
  ]);
  const place = (action: PlannedAction): Place =>
    actionPlace(after, after.command.actions.indexOf(action), action);
  return [
    ...matching.removed.map((action) => removed(action, commandPlace(after))),
    ...matching.added.map((action) => added(action, place(action))),
    ...moved(matching.pairs, after.command.actions).map((pair): Change => ({
      kind: 'action-changed',
      weight: 'changes',
      place: place(pair.after),
      what: `${pair.after.kind} is done in another order`,
      after: words(pair.after),
    })),
    ...matching.pairs.flatMap((pair) => ofAction(pair, place(pair.after))),
  ];
}

function ofAction({ before, after }: Pair<PlannedAction>, place: Place): Change[] {
  return [
    ...compareArguments(after.kind, before.args, after.args, place),
    ...conditions(before, after, place),
    ...refusals(before, after, place),
  ];
}

function conditions(before: PlannedAction, after: PlannedAction, place: Place): Change[] {
  const [old, now] = [before.when?.source, after.when?.source];
  if (old === now) return [];
  return [
    {
      kind: 'action-condition-changed',
      weight: 'changes',
      place,
      what: `when ${after.kind} is done`,
      before: old === undefined ? 'always' : `only if ${condition(old)}`,
      after: now === undefined ? 'always' : `only if ${condition(now)}`,
    },
  ];
}

/**
 * An action that may fail as somebody says it may is an action whose failure nobody sees; one that had to be refused
 * was the proof that it is, and in this way.
 */
function refusals(before: PlannedAction, after: PlannedAction, place: Place): Change[] {
  if (meaning(before.expectError) === meaning(after.expectError)) return [];
  const said = ({ expectError }: PlannedAction): string =>
    expectError === undefined
      ? 'must succeed'
      : `must be refused with ${refusalWords(showTemplate(expectError))}`;
  return [
    {
      kind: 'refusal-changed',
      weight: 'weakens',
      place,
      what: `how ${after.kind} has to end`,
      before: said(before),
      after: said(after),
    },
  ];
}
