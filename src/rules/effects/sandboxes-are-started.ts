import { isName, targetsOfAction, targetsOfGate } from '../kinds.js';
import type { Rule, RuleContext } from '../rule.js';

/** A sandbox is started before anything looks at it, and every action names what it starts. */
export const sandboxesAreStarted: Rule = {
  name: 'sandboxes-are-started',
  check(context) {
    const starts = startedAt(context);
    for (const place of [...context.places.gates, ...context.places.actions]) {
      const isAction = 'action' in place;
      const names = isAction ? targetsOfAction(place, context) : targetsOfGate(place, context);
      if (isAction && place.action.kind === 'postgres.sandbox') {
        mustBeSandbox(names, place.path, context);
        continue;
      }
      for (const name of new Set(names.filter(isName))) {
        const server = serverOf(name, context);
        if (server === undefined) continue;
        const start = starts.get(server);
        if (start !== undefined && start < place.step) continue;
        const path = isAction
          ? [...place.path, place.action.kind]
          : [...place.path, 'probe', place.gate.probe.kind];
        context.report({
          code: 'GB2303',
          message:
            start === undefined
              ? `no action starts the sandbox ${server}`
              : `${name} is used before it is started`,
          at: context.locate([...path, 'target']),
          fix: `put postgres.sandbox: {target: ${server}} before it`,
        });
      }
    }
  },
};

function startedAt(context: RuleContext): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (const place of context.places.actions) {
    if (place.action.kind !== 'postgres.sandbox') continue;
    for (const target of targetsOfAction(place, context))
      if (!starts.has(target)) starts.set(target, place.step);
  }
  return starts;
}

function mustBeSandbox(
  names: readonly string[],
  path: readonly (string | number)[],
  context: RuleContext,
): void {
  for (const name of names) {
    const target = Object.hasOwn(context.runbook.targets, name) ? context.runbook.targets[name] : undefined;
    if (target === undefined || target.postgres.via === 'sandbox') continue;
    context.report({
      code: 'GB2303',
      message: `${name} is no sandbox`,
      at: context.locate([...path, 'postgres.sandbox', 'target']),
      fix: `declare it as postgres: {sandbox: {engine: auto}}`,
    });
  }
}

/** The sandbox behind a target, its own or that of an `of:`. */
function serverOf(name: string, { runbook }: RuleContext): string | undefined {
  const target = Object.hasOwn(runbook.targets, name) ? runbook.targets[name] : undefined;
  if (target?.postgres.via === 'sandbox') return name;
  if (target?.postgres.via !== 'of') return undefined;
  const server = Object.hasOwn(runbook.targets, target.postgres.of)
    ? runbook.targets[target.postgres.of]
    : undefined;
  return server?.postgres.via === 'sandbox' ? target.postgres.of : undefined;
}
