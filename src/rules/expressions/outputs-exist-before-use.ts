import { baseOf } from '../../base/ids.js';
import type { Reference } from '../../expression/index.js';
import type { CheckedSite } from '../sites.js';
import type { Rule, RuleContext } from '../rule.js';

/** An output is used after the action that makes it, a gate's observation after the gate. */
export const outputsExistBeforeUse: Rule = {
  name: 'outputs-exist-before-use',
  check(context) {
    for (const site of context.sites) {
      if (site.step === undefined) continue;
      for (const reference of site.checked.references) look(reference, site, context);
    }
  },
};

function look(reference: Reference, site: CheckedSite, { places, locate, report }: RuleContext): void {
  const at = site.expression.locate(reference.offset, reference.length);
  const step = stepOf(site, places.actionsOf, places.gatesOf);
  if (at === undefined || step === undefined) return;
  if (reference.root === 'commands') {
    const makers = places.actionsOf(baseOf(reference.command)).filter((p) => p.action.as === reference.as);
    const [maker] = makers;
    if (maker === undefined || maker.step < step) return;
    const message = `${reference.command}.${reference.as} is used before it exists`;
    const related = [{ message: 'it is made here', location: locate(maker.path) }];
    report({
      code: 'GB2207',
      message,
      at,
      related,
      fix: 'use it in a later action, in an expectation, or in a later command',
    });
  }
  if (reference.root !== 'gates') return;
  const gate = places.gateById.get(baseOf(reference.gate));
  if (gate === undefined || gate.step < step) return;
  const sameGuards = gate.list === 'guards' && site.gate?.list === 'guards' && gate.of === site.of;
  report({
    code: sameGuards ? 'GB2208' : 'GB2207',
    message: sameGuards
      ? `${reference.gate} is a guard of the same command`
      : `${reference.gate} has observed nothing here yet`,
    at,
    ...(sameGuards && { reason: 'guards of one command run side by side' }),
    related: [{ message: `${gate.gate.id} stands here`, location: locate(gate.path, 'key') }],
    fix: sameGuards ? 'make it an expectation, or a guard of a later command' : 'refer to an earlier gate',
  });
}

/** A command's own `when` is looked at before anything of it. */
function stepOf(
  site: CheckedSite,
  actionsOf: RuleContext['places']['actionsOf'],
  gatesOf: RuleContext['places']['gatesOf'],
): number | undefined {
  if (site.step !== 0 || site.of === undefined) return site.step;
  const id = site.of.command.id;
  const steps = [...actionsOf(id), ...gatesOf(id)].map((p) => p.step);
  return steps.length === 0 ? undefined : Math.min(...steps);
}
