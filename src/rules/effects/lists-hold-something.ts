import { isList } from '../../base/value.js';
import { isExpression, isTemplateMap, type Template } from '../../model/template.js';
import { constantValue } from '../constants.js';
import type { Path } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';

const fields = ['tables', 'like', 'schemas', 'roles', 'paths'] as const;

/** Nothing compared is nothing proved: an empty `tables` or `like` is a mistake. */
export const listsHoldSomething: Rule = {
  name: 'lists-hold-something',
  check(context) {
    for (const { gate, path } of context.places.gates) {
      look(gate.probe.args, [...path, 'probe', gate.probe.kind], context);
      if (gate.probe.kind === 'protected') lookAtProtected([...path, 'probe', 'protected'], context);
    }
    for (const { action, path } of context.places.actions) look(action.args, [...path, action.kind], context);
  },
};

function lookAtProtected(path: Path, { runbook, locate, report }: RuleContext): void {
  const declared = Object.values(runbook.protected ?? {}) as readonly (readonly unknown[])[];
  if (declared.some((list) => list.length > 0)) return;
  report({
    code: 'GB2306',
    message: 'nothing is declared as protected',
    at: locate(path, 'key'),
    reason: 'nothing compared is nothing proved',
    fix: 'name containers, clusters or files under protected',
  });
}

function look(args: Template, path: Path, { runbook, locate, report }: RuleContext): void {
  if (!isTemplateMap(args)) return;
  for (const field of fields) {
    const value = args[field];
    const list = isExpression(value) ? constantValue(value, runbook) : value;
    if (!isList(list) || (list as readonly unknown[]).length > 0) continue;
    report({
      code: 'GB2306',
      message: `${field} is empty`,
      at: locate([...path, field]),
      reason: 'nothing compared is nothing proved',
      fix: 'name at least one, or leave it out',
    });
  }
}
