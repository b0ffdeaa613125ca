import { showTemplate } from '../../model/template.js';
import { argument, effectOf } from '../kinds.js';
import type { ActionPlace } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** Ten minutes by default: an author who didn't choose them learns it when a change is cut off halfway. */
export const timeIsLimited: Rule = {
  name: 'time-is-limited',
  check(context) {
    const { places, isWritten, locate, report } = context;
    const told = new Set<string>();
    for (const place of places.actions) {
      const { action, of, path } = place;
      if (told.has(of.command.id) || !mayBeCutOff(place, context)) continue;
      const own = argument(showTemplate(action.args), 'timeout') !== undefined;
      if (own || isWritten([...of.path, 'timeout'])) continue;
      told.add(of.command.id);
      report({
        code: 'GB2712',
        severity: 'warning',
        message: `${action.kind} has only the ten minutes that every command has`,
        at: locate([...path, action.kind], 'key'),
        reason: 'a change that is cut off halfway is worse than one that was never begun',
        fix: `add timeout: to ${of.command.id}, as long as it may really take`,
      });
    }
  },
};

/** Programs and people that change something; the runner's own actions know what to do when time is up. */
function mayBeCutOff(place: ActionPlace, context: RuleContext): boolean {
  if (place.action.kind === 'manual') return true;
  if (place.action.kind !== 'exec' && place.action.kind !== 'script') return false;
  const effect = effectOf(place, context);
  const said = effect === 'declared' ? place.of.command.effect : effect;
  return said === 'change' || said === 'destroy';
}
