import type { Rule, RuleContext } from '../rule.js';
import { isIterationKey, iterationsOver } from '../../expression/index.js';
import type { LoopedCommand } from '../../model/runbook.js';
import { isTemplateMap } from '../../model/template.js';
import type { Path } from '../places.js';
import { loopItems } from '../shapes.js';

/** Keys of a loop become a part of ids; outside it one iteration is named. */
export const loopsAreNamed: Rule = {
  name: 'loops-are-named',
  check(context) {
    const { places, sites, locate, report } = context;
    for (const { command, path } of places.commands) {
      const { forEach } = command;
      if (!isTemplateMap(forEach)) {
        lookAtItems(command, path, context);
        continue;
      }
      for (const key of Object.keys(forEach)) {
        if (isIterationKey(key)) continue;
        const at = locate([...path, 'for_each', key], 'key');
        report({
          code: 'GB2211',
          message: `${JSON.stringify(key)} can't be a part of an id`,
          at,
          fix: 'letters, digits, dots, hyphens and underscores, at most 64',
        });
      }
    }
    for (const { checked, expression, of } of sites) {
      for (const reference of checked.references) {
        const id =
          reference.root === 'commands'
            ? reference.command
            : reference.root === 'gates'
              ? reference.gate
              : undefined;
        if (id === undefined || id.includes('[')) continue;
        const maker =
          reference.root === 'commands' ? places.commandById.get(id) : places.gateById.get(id)?.of;
        const at = expression.locate(reference.offset, reference.length);
        if (maker?.command.forEach === undefined || maker.command.id === of?.command.id || at === undefined)
          continue;
        if (reference.root === 'gates' && reference.what === 'state') continue;
        report({
          code: 'GB2211',
          message: `${id} runs once an item`,
          at,
          reason: 'outside its loop one iteration is named',
          fix: `write ${id}[KEY]`,
        });
      }
    }
  },
};

/** What is a constant is known to be wrong before anybody asks for an approval. */
function lookAtItems(command: LoopedCommand, path: Path, { runbook, locate, report }: RuleContext): void {
  const items = loopItems(command, runbook);
  const iterations = items === undefined ? undefined : iterationsOver(items);
  if (iterations === undefined || iterations.ok) return;
  const { code, message, next } = iterations.error;
  report({
    code,
    message: `for_each of ${command.id} ${message}`,
    at: locate([...path, 'for_each']),
    fix: next,
  });
}
