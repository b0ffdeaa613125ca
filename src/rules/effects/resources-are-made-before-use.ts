import type { MadeReference } from '../../kinds/declaration.js';
import { showTemplate } from '../../model/template.js';
import { didYouMean } from '../../text/suggest.js';
import type { Step } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** A container that is entered, a network that is joined, a volume that is mounted: an earlier action made it. */
export const resourcesAreMadeBeforeUse: Rule = {
  name: 'resources-are-made-before-use',
  check(context) {
    const { places, kinds, argsOf, locate, report } = context;
    const made = madeAt(context);
    const check = (
      { type, name, at }: MadeReference,
      step: Step,
      path: readonly (string | number)[],
    ): void => {
      const one = made.get(name);
      if (one?.types.includes(type) === true && one.step < step) return;
      const what = type.replace(/^docker\./, '');
      const names = [...made].filter(([, { types }]) => types.includes(type)).map(([known]) => known);
      report({
        code: 'GB2312',
        message:
          one?.types.includes(type) === true
            ? `the ${what} ${name} is used before it is made`
            : `no action makes a ${what} called ${name}`,
        at: locate([...path, ...at]),
        fix: didYouMean(name, names) ?? `put ${type}: {…} with as: ${name} before it`,
      });
    };
    for (const { action, of, path, step } of places.actions)
      for (const args of argsOf(action.args, of))
        for (const one of kinds.actions.get(action.kind)?.references?.(args).made ?? [])
          check(one, step, [...path, action.kind]);
    for (const { gate, of, path, step } of places.gates)
      for (const args of argsOf(gate.probe.args, of))
        for (const one of kinds.probes.get(gate.probe.kind)?.references?.(args).made ?? [])
          check(one, step, [...path, 'probe', gate.probe.kind]);
  },
};

/** What each `as` name stands for, and since when. */
function madeAt({
  places,
  kinds,
}: RuleContext): ReadonlyMap<string, { readonly types: readonly string[]; readonly step: Step }> {
  return new Map(
    places.actions.flatMap(({ action, step }) => {
      const types = (kinds.actions.get(action.kind)?.creates?.(showTemplate(action.args)) ?? []).map(
        (m) => m.type,
      );
      return action.as === undefined ? [] : [[action.as, { types, step }] as const];
    }),
  );
}
