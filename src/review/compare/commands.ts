import { period, listed } from '../../base/words.js';
import { condition, text } from '../words.js';
import type { Change } from './change.js';
import { moved } from './matching.js';
import { same } from './same.js';
import { commandPlace, formerPlace, type PlacedCommand, type Sides } from './sides.js';

const called = ({ command }: PlacedCommand): string => `“${text(command.title)}”`;

/** Commands that are gone, new or in another order. What they did is compared action by action and gate by gate. */
export function commandsMoved(sides: Sides): Change[] {
  const { commands, after } = sides;
  const order = [...after.plan.commands, ...after.plan.teardown].map(({ id }) => id);
  const placed = commands.pairs.map((pair) => pair.after);
  const inOrder = order.flatMap((id) => placed.find((one) => one.command.id === id) ?? []);
  return [
    ...commands.removed.map((gone): Change => ({
      kind: 'command-removed',
      weight: 'changes',
      place: formerPlace(gone, sides, gone.command.id),
      what: `the command ${called(gone)} is gone`,
      before: effectWords(gone),
    })),
    ...commands.added.map((come): Change => ({
      kind: 'command-added',
      weight: come.command.effect === 'observe' ? 'neutral' : 'changes',
      place: commandPlace(come),
      what: `a new command ${called(come)}`,
      after: effectWords(come),
    })),
    ...moved(commands.pairs, inOrder).map((pair): Change => ({
      kind: 'command-moved',
      weight: 'changes',
      place: commandPlace(pair.after),
      what: `the command ${called(pair.after)} runs in another order`,
    })),
  ];
}

const effectWords = ({ command, teardown }: PlacedCommand): string =>
  `${teardown ? 'teardown; ' : ''}${command.effect === 'observe' ? 'only looks' : `effect ${command.effect}`}`;

/** When a command runs at all; its gates don't either where it doesn't. */
export function commandConditions({ commands }: Sides): Change[] {
  return commands.pairs.flatMap(({ before, after }): Change[] => {
    const [old, now] = [before.command.when?.source, after.command.when?.source];
    if (old === now) return [];
    const gates = after.command.guards.length + after.command.expectations.length > 0;
    return [
      {
        kind: 'command-condition-changed',
        weight: old === undefined && gates ? 'weakens' : 'changes',
        place: commandPlace(after),
        what: `when the command ${called(after)} runs${gates ? ', its gates with it' : ''}`,
        before: old === undefined ? 'always' : `only if ${condition(old)}`,
        after: now === undefined ? 'always' : `only if ${condition(now)}`,
      },
    ];
  });
}

/** What a command says of itself beside its gates and actions. */
export function commandsChanged({ commands }: Sides): Change[] {
  return commands.pairs.flatMap(({ before, after }): Change[] => {
    const place = commandPlace(after);
    const [old, now] = [before.command, after.command];
    const changes: Change[] = [];
    if (old.effect !== now.effect)
      changes.push({
        kind: 'command-changed',
        weight: 'changes',
        place,
        what: 'another effect',
        before: old.effect,
        after: now.effect,
      });
    if (old.timeoutMs !== now.timeoutMs)
      changes.push({
        kind: 'command-changed',
        weight: 'neutral',
        place,
        what: 'another timeout',
        before: period(old.timeoutMs),
        after: period(now.timeoutMs),
      });
    if (old.rehearse !== now.rehearse)
      changes.push({
        kind: 'command-changed',
        weight: now.rehearse ? 'changes' : 'neutral',
        place,
        what: now.rehearse
          ? 'its programs run in a rehearsal, too'
          : 'its programs no longer run in a rehearsal',
      });
    return changes;
  });
}

/** Commands that are called otherwise. */
export function commandsRenamed({ commands, renamed }: Sides): Change[] {
  const ids = [...renamed].filter(([id]) => id.startsWith('C-') && !id.includes('['));
  return [
    ...(ids.length === 0
      ? []
      : [
          {
            kind: 'renamed' as const,
            weight: 'cosmetic' as const,
            place: { name: 'commands', path: [] },
            what: `renumbered: ${listed(ids.map(([from, to]) => `${from} is now ${to}`))}`,
          },
        ]),
    ...commands.pairs
      .filter(
        ({ before: { command: old }, after: { command: now } }) =>
          !same([old.title, old.why], [now.title, now.why]),
      )
      .map(({ before, after }): Change => ({
        kind: 'reworded',
        weight: 'cosmetic',
        place: commandPlace(after),
        what: `reworded: ${called(before)} is now ${called(after)}`,
      })),
  ];
}
