import { effectOf, stops } from '../kinds.js';
import type { Rule, RuleContext } from '../rule.js';

/** Before the first action that isn't `observe` stands a guard that stops the run. */
export const guardBeforeChange: Rule = {
  name: 'guard-before-change',
  check(context) {
    const { places, locate, report } = context;
    const change = places.actions.find((place) => place.of.phase === 'commands' && changes(place, context));
    if (change === undefined) return;
    const guards = places.gates.filter((g) => g.list === 'guards' && g.step < change.step && stops(g.gate));
    if (guards.some((g) => g.gate.when === undefined && g.of.command.when === undefined)) return;
    const [conditional] = guards;
    if (conditional !== undefined) {
      report({
        code: 'GB2108',
        message: `${conditional.gate.id} may be switched off, and no other guard stands before the first change`,
        at: locate([...conditional.path, 'when'], 'key'),
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

function changes(place: RuleContext['places']['actions'][number], context: RuleContext): boolean {
  const effect = effectOf(place, context);
  // A command that doesn't say its effect has a finding of its own; what it does counts as a change.
  return (effect === 'declared' ? (place.of.command.effect ?? 'change') : effect) !== 'observe';
}
