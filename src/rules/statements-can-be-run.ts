import { outsideTransaction } from '../kinds/postgres/outside-transaction.js';
import { checkStatement } from '../kinds/postgres/statement.js';
import { isProduction } from '../model/production.js';
import type { Probe } from '../model/runbook.js';
import { showTemplate } from '../model/template.js';
import { argument } from './kinds.js';
import type { Path } from './places.js';
import type { Rule, RuleContext } from './rule.js';

/** Found here and not by the run: on production a refused action is a failed change, which engages the kill switch. */
export const statementsCanBeRun: Rule = {
  name: 'statements-can-be-run',
  check(context) {
    // Where the refusal is expected it is the proof.
    for (const { action, path } of context.places.actions)
      if (action.expectError === undefined) look(action, [...path, 'sql'], false, context);
    for (const { gate, path } of context.places.gates)
      if (!gate.expect.some(({ matcher }) => matcher.op === 'error'))
        look(gate.probe, [...path, 'probe', 'sql'], true, context);
  },
};

function look({ kind, args }: Probe, path: Path, probe: boolean, context: RuleContext): void {
  if (kind !== 'sql') return;
  const shown = showTemplate(args);
  const query = argument(shown, 'query');
  if (typeof query !== 'string') return;
  const at = context.locate([...path, 'query']);
  const statement = checkStatement(query);
  if (!statement.ok) {
    const { message } = statement.error;
    const fix = 'write one plain statement; settings of the session go under settings:';
    context.report({ code: 'GB2314', message, at, fix });
    return;
  }
  const words = outsideTransaction(statement.value);
  if (words === undefined || !(probe || inTransaction(argument(shown, 'target'), context))) return;
  context.report({
    code: 'GB2314',
    message: `${words} can't be done inside a transaction, and sql opens one here`,
    at,
    fix: 'let psql do it in an exec, behind guards: docs/disable.md#outside-a-transaction',
  });
}

/** Only on a writable target that isn't production a statement is sent as it is. */
function inTransaction(target: unknown, { runbook: { targets } }: RuleContext): boolean {
  if (typeof target !== 'string' || !Object.hasOwn(targets, target)) return false;
  return targets[target]?.access !== 'write' || isProduction(targets, target);
}
