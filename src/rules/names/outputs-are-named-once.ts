import type { Rule } from '../rule.js';

/** `as` is unique in the runbook: a resource is destroyed by it. */
export const outputsAreNamedOnce: Rule = {
  name: 'outputs-are-named-once',
  check({ places, locate, report }) {
    const first = new Map<string, readonly (string | number)[]>();
    for (const { action, path } of places.actions) {
      if (action.as === undefined) continue;
      const before = first.get(action.as);
      if (before === undefined) {
        first.set(action.as, path);
        continue;
      }
      report({
        code: 'GB2004',
        message: `two actions are called ${action.as}`,
        at: locate([...path, 'as']),
        related: [{ message: 'the first of them', location: locate([...before, 'as']) }],
        fix: 'give one of them another name',
      });
    }
  },
};
