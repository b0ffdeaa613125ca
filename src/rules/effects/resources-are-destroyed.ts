import { isList } from '../../base/value.js';
import { showTemplate } from '../../model/template.js';
import { didYouMean } from '../../text/suggest.js';
import type { Rule, RuleContext } from '../rule.js';

/** What a run creates for itself, its teardown destroys by name; and it destroys nothing else. */
export const resourcesAreDestroyed: Rule = {
  name: 'resources-are-destroyed',
  check(context) {
    const { places, kinds, locate, report } = context;
    const destroyed = destroyedNames(context);
    const names = places.actions.map((p) => p.action.as).filter((name) => name !== undefined);
    for (const { name, at } of destroyed) {
      if (names.includes(name)) continue;
      report({
        code: 'GB2305',
        message: `no action of this runbook is called ${name}`,
        at,
        fix: didYouMean(name, names),
      });
    }
    const gone = new Set(destroyed.map((d) => d.name));
    for (const { action, of, path } of places.actions) {
      if (of.phase === 'teardown') continue;
      const made = kinds.actions.get(action.kind)?.creates?.(showTemplate(action.args)) ?? [];
      if (!made.some((m) => m.durability === 'ephemeral') || !mustBeNamed.has(action.kind)) continue;
      if (action.as !== undefined && gone.has(action.as)) continue;
      const fix =
        action.as === undefined
          ? `add as: NAME here, and destroy: [NAME] to the teardown`
          : `add destroy: [${action.as}] to the teardown`;
      report({
        code: 'GB2304',
        message: `${action.kind} starts something that the teardown doesn't destroy`,
        at: locate([...path, action.kind], 'key'),
        fix,
      });
    }
  },
};

/** Servers, containers and what is around them: what is worth a line of its own in a teardown. Files of the work folder go with it. */
const mustBeNamed: ReadonlySet<string> = new Set([
  'postgres.sandbox',
  'docker.container',
  'docker.network',
  'docker.volume',
]);

function destroyedNames({ places, locate }: RuleContext) {
  return places.actions.flatMap(({ action, path }) => {
    const names = action.kind === 'destroy' ? showTemplate(action.args) : [];
    if (!isList(names)) return [];
    return names.flatMap((name, index) =>
      typeof name === 'string' && !name.includes('${{')
        ? [{ name, at: locate([...path, 'destroy', index]) }]
        : [],
    );
  });
}
