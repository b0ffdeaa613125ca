import type { Effect } from '../../model/runbook.js';
import { effectOf } from '../kinds.js';
import type { Rule } from '../rule.js';

const weight: Readonly<Record<Effect, number>> = { observe: 0, create: 1, change: 2, destroy: 3 };

/** exec, script, manual and writing SQL can't know what they do: the command says it, and never less than is so. */
export const effectIsDeclared: Rule = {
  name: 'effect-is-declared',
  check(context) {
    const { places, locate, report } = context;
    for (const { command, path } of places.commands) {
      for (const place of places.actionsOf(command.id)) {
        const effect = effectOf(place, context);
        const at = locate([...place.path, place.action.kind], 'key');
        if (effect === 'declared') {
          if (command.effect !== undefined) continue;
          const message = `${command.id} doesn't say what ${place.action.kind} does to the world`;
          report({
            code: 'GB2301',
            message,
            at,
            fix: `add effect: observe, create, change or destroy to ${command.id}`,
          });
        } else if (command.effect !== undefined && weight[effect] > weight[command.effect]) {
          report({
            code: 'GB2302',
            message: `${command.id} says effect: ${command.effect}, but ${place.action.kind} is ${effect}`,
            at: locate([...path, 'effect']),
            fix: `write effect: ${effect}, or leave it out`,
          });
        }
      }
    }
  },
};
