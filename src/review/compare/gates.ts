import { condition, plain, text } from '../words.js';
import { period, listed } from '../../base/words.js';
import { probes } from '../../kinds/probes/index.js';
import type { Gate, OnFail } from '../../model/runbook.js';
import { showTemplate } from '../../model/template.js';
import { expectedWords } from '../commands.js';
import { compareArguments } from './arguments.js';
import type { Change, Weight } from './change.js';
import { same } from './same.js';
import { formerPlace, gatePlace, type PlacedGate, type Sides } from './sides.js';

const called = ({ gate }: PlacedGate): string => `“${text(gate.title)}”`;
const phaseWords = ({ phase, of }: PlacedGate): string =>
  of.teardown ? 'teardown gate' : phase === 'guard' ? 'guard' : 'expectation';

/** What a gate looks at, in words. */
const looksAt = ({ gate: { probe } }: PlacedGate): string =>
  plain(probes.get(probe.kind)?.words(showTemplate(probe.args)) ?? probe.kind);

/** Gates that are gone, and new ones. */
export function gatesRemovedAndAdded(sides: Sides): Change[] {
  const whole = (placed: PlacedGate): string =>
    `${looksAt(placed)}: ${expectedWords(placed.gate).join('; ')}`;
  return [
    ...sides.gates.removed.map((placed): Change => ({
      kind: 'gate-removed',
      weight: 'weakens',
      place: formerPlace(placed.of, sides, placed.gate.id),
      what: `the ${phaseWords(placed)} ${called(placed)} is gone`,
      before: whole(placed),
    })),
    ...sides.gates.added.map((placed): Change => ({
      kind: 'gate-added',
      weight: 'strengthens',
      place: gatePlace(placed),
      what: `a new ${phaseWords(placed)} ${called(placed)}`,
      after: whole(placed),
    })),
  ];
}

/** What a gate looks at. */
export function probesChanged({ gates }: Sides): Change[] {
  return gates.pairs.flatMap(({ before, after }): Change[] => {
    if (same(before.gate.probe, after.gate.probe)) return [];
    const place = gatePlace(after);
    if (before.gate.probe.kind !== after.gate.probe.kind)
      return [
        {
          kind: 'probe-changed',
          weight: 'weakens',
          place,
          what: `${called(after)} no longer looks at what it did`,
          before: looksAt(before),
          after: looksAt(after),
        },
      ];
    const { kind, args } = after.gate.probe;
    return compareArguments(kind, before.gate.probe.args, args, {
      name: place.name,
      path: [...place.path, 'probe', kind],
    }).map((change) => asProbe(change, kind));
  });
}

/** Another target under the same title is the same gate in name only. */
const asProbe = (change: Change, kind: string): Change => ({
  ...change,
  ...(change.kind === 'action-changed' && { kind: 'probe-changed' }),
  ...(change.what === `${kind}: another target` && { weight: 'weakens' }),
});

const severity: readonly OnFail[] = ['note', 'record', 'fail', 'abort', 'hard-abort'];

/** What happens when a gate doesn't hold. */
export function onFailChanged({ gates }: Sides): Change[] {
  return gates.pairs
    .filter(({ before, after }) => before.gate.onFail !== after.gate.onFail)
    .map(({ before, after }): Change => {
      const weaker = severity.indexOf(after.gate.onFail) < severity.indexOf(before.gate.onFail);
      return {
        kind: 'on-fail-changed',
        weight: weaker ? 'weakens' : 'strengthens',
        place: gatePlace(after),
        what: `what happens when ${called(after)} does not hold is ${weaker ? 'milder' : 'stricter'}`,
        before: before.gate.onFail,
        after: after.gate.onFail,
      };
    });
}

/** Whether a gate is evaluated at all. */
export function gateConditions({ gates }: Sides): Change[] {
  return gates.pairs.flatMap(({ before, after }): Change[] => {
    const [old, now] = [before.gate.when?.if, after.gate.when?.if];
    if (old?.source === now?.source) return [];
    const weight: Weight = old === undefined ? 'weakens' : now === undefined ? 'strengthens' : 'changes';
    return [
      {
        kind: 'gate-condition-changed',
        weight,
        place: gatePlace(after),
        what:
          old === undefined ? `${called(after)} can now be skipped` : `when ${called(after)} is evaluated`,
        before: old === undefined ? 'always' : `only if ${condition(old.source)}`,
        after: now === undefined ? 'always' : `only if ${condition(now.source)}`,
      },
    ];
  });
}

const patience = ({ retry, timeoutMs }: Gate): string =>
  retry === undefined
    ? `one attempt, ${period(timeoutMs)} at most`
    : `${retry.attempts} attempts, one every ${period(retry.everyMs)}, ${period(timeoutMs)} at most each`;

/** How often and how long a gate is tried: more tries let pass what holds only now and then. */
export function gatePatience({ gates }: Sides): Change[] {
  return gates.pairs.flatMap(({ before, after }): Change[] => {
    const [old, now] = [before.gate, after.gate];
    if (same(old.retry, now.retry) && old.timeoutMs === now.timeoutMs) return [];
    const more = (now.retry?.attempts ?? 1) > (old.retry?.attempts ?? 1) || now.timeoutMs > old.timeoutMs;
    return [
      {
        kind: 'gate-patience-changed',
        weight: more ? 'weakens' : 'neutral',
        place: gatePlace(after),
        what: `${called(after)} is given ${more ? 'more' : 'other'} tries or time`,
        before: patience(old),
        after: patience(now),
      },
    ];
  });
}

/** Gates that stand elsewhere: what is looked at later protects less. */
export function gatesMoved({ gates, commands, after: { plan } }: Sides): Change[] {
  const order = [...plan.commands, ...plan.teardown].map(({ id }) => id as string);
  const pairOf = new Map(commands.pairs.map((pair) => [pair.before.command.id, pair.after]));
  return gates.pairs.flatMap(({ before, after }): Change[] => {
    const home = pairOf.get(before.of.command.id);
    if (home?.command.id === after.of.command.id && before.phase === after.phase) return [];
    const rank = (id: string, { phase }: PlacedGate): number =>
      order.indexOf(id) * 2 + (phase === 'guard' ? 0 : 1);
    const later =
      home === undefined ||
      rank(after.of.command.id, after) > rank(home.command.id, before) ||
      (after.of.teardown && !before.of.teardown);
    return [
      {
        kind: 'gate-moved',
        weight: later ? 'weakens' : 'changes',
        place: gatePlace(after),
        what: `${called(after)} is looked at ${later ? 'later' : 'earlier'}`,
        before: `${phaseWords(before)} of ${home?.command.id ?? `${before.of.command.id}, which is gone`}`,
        after: `${phaseWords(after)} of ${after.of.command.id}`,
      },
    ];
  });
}

/** Gates that are called otherwise. */
export function gatesRenamed({ gates, renamed }: Sides): Change[] {
  const ids = [...renamed].filter(([id]) => id.startsWith('G-') && !id.includes('['));
  const renumbered: Change[] =
    ids.length === 0
      ? []
      : [
          {
            kind: 'renamed',
            weight: 'cosmetic',
            place: { name: 'gates', path: [] },
            what: `renumbered: ${listed(ids.map(([from, to]) => `${from} is now ${to}`))}`,
          },
        ];
  const reworded = gates.pairs.flatMap(({ before, after }): Change[] => {
    const [old, now] = [before.gate, after.gate];
    const otherReason =
      old.when !== undefined && now.when !== undefined && !same(old.when.reason, now.when.reason);
    return same([old.title, old.why], [now.title, now.why]) && !otherReason
      ? []
      : [
          {
            kind: 'reworded',
            weight: 'cosmetic',
            place: gatePlace(after),
            what: `reworded: ${called(before)} is now ${called(after)}`,
          },
        ];
  });
  return [...renumbered, ...reworded];
}
