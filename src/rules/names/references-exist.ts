import { didYouMean } from '../../text/suggest.js';
import type { Value } from '../../base/value.js';
import type { TargetDeclaration } from '../../model/runbook.js';
import type { Finding, Rule, RuleContext } from '../rule.js';
import type { Path } from '../places.js';
import { argument, isName } from '../kinds.js';

/** Names of targets and keys in arguments and declarations are declared. */
export const referencesExist: Rule = {
  name: 'references-exist',
  check(context) {
    inKinds(context);
    inDeclarations(context);
  },
};

function inKinds({ runbook, places, kinds, argsOf, locate, report }: RuleContext): void {
  const look = (kind: string, args: Value, path: Path, of: 'probes' | 'actions'): void => {
    const names = kinds[of].get(kind)?.references?.(args);
    const where = argument(args, 'connect') === undefined ? 'target' : 'connect';
    for (const target of names?.targets ?? []) {
      if (!isName(target) || Object.hasOwn(runbook.targets, target)) continue;
      report(unknown('target', target, Object.keys(runbook.targets), locate([...path, where])));
    }
    for (const key of names?.keys ?? []) {
      if (!isName(key) || Object.hasOwn(runbook.keys, key)) continue;
      report(unknown('key', key, Object.keys(runbook.keys), locate([...path, 'key'])));
    }
  };
  for (const { gate, of, path } of places.gates)
    for (const args of argsOf(gate.probe.args, of))
      look(gate.probe.kind, args, [...path, 'probe', gate.probe.kind], 'probes');
  for (const { action, of, path } of places.actions)
    for (const args of argsOf(action.args, of)) look(action.kind, args, [...path, action.kind], 'actions');
}

function inDeclarations({ runbook, locate, report }: RuleContext): void {
  const targets = Object.keys(runbook.targets);
  for (const [index, name] of (runbook.protected?.clusters ?? []).entries()) {
    if (!targets.includes(name))
      report(unknown('target', name, targets, locate(['protected', 'clusters', index])));
  }
  for (const [name, target] of Object.entries(runbook.targets)) {
    differs(name, target, { runbook, locate, report });
    const { postgres } = target;
    if (postgres.via !== 'of') continue;
    const at = locate(['targets', name, 'postgres', 'of']);
    const server = runbook.targets[postgres.of];
    if (server === undefined) report(unknown('target', postgres.of, targets, at));
    else if (server.postgres.via === 'of') {
      report({
        code: 'GB2403',
        message: `${postgres.of} is itself another session of ${server.postgres.of}`,
        at,
        fix: `write of: ${server.postgres.of}`,
      });
    }
  }
}

type Context = Pick<RuleContext, 'runbook' | 'locate' | 'report'>;

/** What a target must not be is another one, of which something says which cluster it is. */
function differs(name: string, target: TargetDeclaration, { runbook, locate, report }: Context): void {
  const other = target.identity?.differs_from;
  if (other === undefined) return;
  const at = locate(['targets', name, 'identity', 'differs_from']);
  const compared = Object.hasOwn(runbook.targets, other) ? runbook.targets[other] : undefined;
  if (compared === undefined) report(unknown('target', other, Object.keys(runbook.targets), at));
  else if (other === name)
    report({
      code: 'GB2403',
      message: `${name} can't differ from itself`,
      at,
      fix: 'name the target that it must not be',
    });
  else if (
    // A throwaway server is known once it was made.
    target.postgres.via !== 'sandbox' &&
    (target.identity?.system_identifier ?? compared.identity?.system_identifier) === undefined
  )
    report({
      code: 'GB2403',
      message: `nothing says which cluster ${other} is, so that ${name} could differ from it`,
      at,
      fix: `add system_identifier to the identity of ${other}, or of ${name}`,
    });
}

function unknown(what: string, name: string, known: readonly string[], at: Finding['at']): Finding {
  return {
    code: 'GB2003',
    message: `there is no ${what} ${name}`,
    at,
    fix: didYouMean(name, known) ?? `declare it under ${what}s`,
  };
}
