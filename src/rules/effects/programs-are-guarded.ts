import { showTemplate } from '../../model/template.js';
import { argument, stops } from '../kinds.js';
import type { ActionPlace } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/**
 * The runner asserts the identity of each target that it changes itself. What a program or a person changes it can't
 * know: a guard of the same command looks at the thing first.
 */
export const programsAreGuarded: Rule = {
  name: 'programs-are-guarded',
  check(context) {
    const { places, locate, report } = context;
    const told = new Set<string>();
    for (const place of places.actions) {
      const { action, of, path } = place;
      if (told.has(of.command.id) || !changesUnasserted(place, context)) continue;
      if (of.command.guards.some((gate) => stops(gate) && gate.when === undefined)) continue;
      told.add(of.command.id);
      report({
        code: 'GB2310',
        severity: 'warning',
        message: `${of.command.id} changes something through ${action.kind}, and has no guard of its own`,
        at: locate([...path, action.kind], 'key'),
        reason: `the runner can't tell what a ${action.kind === 'manual' ? 'person' : 'program'} changes, so it can't assert that it is the right thing`,
        fix: 'add a guard that identifies what is changed, right before it is',
      });
    }
  },
};

function changesUnasserted({ action, of }: ActionPlace, { runbook }: RuleContext): boolean {
  if (of.phase === 'teardown' || !/^(?:exec|script|manual)$/.test(action.kind)) return false;
  if (of.command.effect !== 'change' && of.command.effect !== 'destroy') return false;
  const connected = argument(showTemplate(action.args), 'connect');
  const isKnown = typeof connected === 'string' && Object.hasOwn(runbook.targets, connected);
  return !isKnown;
}
