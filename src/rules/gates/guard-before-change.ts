import { effectOf, stops } from '../kinds.js';
import type { ActionPlace, GatePlace } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** Before the first action that isn't `observe` stands a guard that stops the run. */
export const guardBeforeChange: Rule = {
  name: 'guard-before-change',
  check(context) {
    const { places, locate, report } = context;
    const guards = places.gates.filter((g) => g.list === 'guards' && stops(g.gate));
    const change = firstUnguarded(guards, context);
    if (change === undefined) return;
    const conditional = guards.find((g) => g.step < change.step);
    if (conditional !== undefined) {
      const { gate, of } = conditional;
      report({
        code: 'GB2108',
        message: `${gate.id} may be switched off, and no other guard stands before the first change`,
        at: locate([...(gate.when === undefined ? of.path : conditional.path), 'when'], 'key'),
        related: [{ message: 'the first change', location: locate(change.path) }],
        fix: 'remove the when, or add a guard without one',
      });
      return;
    }
    report({
      code: 'GB2101',
      message: `nothing guards ${change.of.command.id}, the first command that changes something`,
      at: locate([...change.path, change.action.kind], 'key'),
      reason: 'a guard that stops the run stands before the first change',
      fix: 'add a guard with on_fail: abort (the default) to this command or an earlier one',
    });
  },
};

/**
 * The first change before which no guard stands that can't be switched off. A command that can be takes its guards with
 * it, and its changes too: those they guard, and none after them.
 */
function firstUnguarded(guards: readonly GatePlace[], context: RuleContext): ActionPlace | undefined {
  const sure = guards.filter((g) => g.gate.when === undefined);
  const always = Math.min(...sure.filter((g) => g.of.command.when === undefined).map((g) => g.step));
  const within = new Set(sure.map((g) => g.of.command.id));
  return context.places.actions.find(
    (place) =>
      place.of.phase === 'commands' &&
      changes(place, context) &&
      place.step < always &&
      !within.has(place.of.command.id),
  );
}

function changes(place: ActionPlace, context: RuleContext): boolean {
  const effect = effectOf(place, context);
  // A command that doesn't say its effect has a finding of its own; what it does counts as a change.
  return (effect === 'declared' ? (place.of.command.effect ?? 'change') : effect) !== 'observe';
}
