import type { Value } from '../../base/value.js';
import { isConnectable } from '../../kinds/connect.js';
import { isProduction } from '../../model/production.js';
import { argument } from '../kinds.js';
import type { Path } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

/** Found here and not by the run: on production a refused action is a failed change, which engages the kill switch. */
export const programsConnectWhereTheyMay: Rule = {
  name: 'programs-connect-where-they-may',
  check(context) {
    for (const { action, of, path } of context.places.actions)
      for (const args of context.argsOf(action.args, of))
        look(args, [...path, action.kind, 'connect'], context);
    for (const { gate, of, path } of context.places.gates)
      for (const args of context.argsOf(gate.probe.args, of))
        look(args, [...path, 'probe', gate.probe.kind, 'connect'], context);
  },
};

function look(args: Value, path: Path, { runbook: { targets }, locate, report }: RuleContext): void {
  const name = argument(args, 'connect');
  if (typeof name !== 'string' || !Object.hasOwn(targets, name)) return;
  const target = targets[name];
  if (target === undefined || isConnectable(target.postgres.via, isProduction(targets, name))) return;
  report({
    code: 'GB2315',
    message: `no program can be connected to ${name}`,
    at: locate(path),
    reason: isProduction(targets, name)
      ? 'it is on production'
      : 'it is an existing server, reached by its URL',
    fix: 'connect it to a sandbox, or do it by sql; what else a program needs goes in env:, a password from secrets',
  });
}
