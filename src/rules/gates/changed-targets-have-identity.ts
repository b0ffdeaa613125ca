import type { TargetDeclaration } from '../../model/runbook.js';
import { effectOf, isName, targetsAsWritten, targetsOfAction } from '../kinds.js';
import type { ActionPlace } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** Each target that is changed says which one it must be: identity guards precede every change. */
export const changedTargetsHaveIdentity: Rule = {
  name: 'changed-targets-have-identity',
  check(context) {
    const { runbook, places, locate, report } = context;
    const told = new Set<string>();
    // What an expression may name: any that can be changed.
    const writable = Object.keys(runbook.targets).filter((name) => runbook.targets[name]?.access === 'write');
    for (const place of places.actions) {
      if (!changesTargets(place, context)) continue;
      const open = !targetsAsWritten(place, context).every(isName);
      for (const name of [...targetsOfAction(place, context), ...(open ? writable : [])]) {
        const target = Object.hasOwn(runbook.targets, name) ? runbook.targets[name] : undefined;
        if (target === undefined || told.has(name)) continue;
        if (target.access === 'read') {
          told.add(name);
          report({
            code: 'GB2308',
            message: `${place.action.kind} changes ${name}, which is declared for reading`,
            at: locate([...place.path, place.action.kind]),
            related: [{ message: `${name} is declared here`, location: locate(['targets', name], 'key') }],
            fix: `add access: write to ${name}`,
          });
        } else if (!hasIdentity(target, runbook.targets)) {
          told.add(name);
          report({
            code: 'GB2102',
            message: `${name} is changed, but nothing says which server it must be`,
            at: locate(['targets', name], 'key'),
            related: [{ message: `${place.of.command.id} changes it`, location: locate(place.path) }],
            fix: 'add identity: {differs_from: …}, or database and system_identifier',
          });
        }
      }
    }
  },
};

/**
 * Where the action can't know it, what its command says: what a statement makes or removes is a change of its server,
 * what a program makes may be a file beside it.
 */
function changesTargets(place: ActionPlace, context: RuleContext): boolean {
  const effect = effectOf(place, context);
  if (effect !== 'declared') return effect === 'change';
  const said = place.of.command.effect ?? 'change';
  return said === 'create' ? place.action.kind === 'sql' : said !== 'observe';
}

/** Another session on a server is on that server's identity. */
function hasIdentity(target: TargetDeclaration, all: Readonly<Record<string, TargetDeclaration>>): boolean {
  const { identity, postgres } = target;
  if (identity !== undefined && Object.keys(identity).length > 0) return true;
  const server = postgres.via === 'of' ? all[postgres.of] : undefined;
  return server !== undefined && server !== target && hasIdentity(server, all);
}
