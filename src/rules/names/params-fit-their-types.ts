import { typeMismatch } from '../../document/param-types.js';
import { compileWhole } from '../../text/pattern.js';
import { isList, type Value } from '../../base/value.js';
import type { ParamDeclaration } from '../../model/runbook.js';
import { expressionsIn } from '../../model/template.js';
import type { Rule, RuleContext } from '../rule.js';

const textsOf = (value: Value): readonly string[] => (isList(value) ? value : [value]).map(String);

/** What would be ignored is refused: its author believes that it limits something. */
function misplaced(name: string, param: ParamDeclaration, { locate, report }: RuleContext): void {
  for (const [key, type] of [
    ['values', 'enum'],
    ['items', 'list'],
  ] as const)
    if (param[key] !== undefined && param.type !== type)
      report({
        code: 'GB2007',
        message: `${name} is of type ${param.type}, where ${key} mean nothing`,
        at: locate(['params', name, key], 'key'),
        fix: `write type: ${type}, or remove ${key}`,
      });
}

/** A default is a value of its param's type, a pattern compiles, an enum has values. */
export const paramsFitTheirTypes: Rule = {
  name: 'params-fit-their-types',
  check(context) {
    const { runbook, locate, report } = context;
    for (const [name, param] of Object.entries(runbook.params)) {
      const path = ['params', name];
      if (param.type === 'enum' && param.values === undefined) {
        report({
          code: 'GB2007',
          message: `the enum ${name} has no values`,
          at: locate(path),
          fix: 'add values: [a, b]',
        });
        continue;
      }
      misplaced(name, param, context);
      const pattern = param.pattern === undefined ? undefined : compileWhole(param.pattern);
      if (pattern?.ok === false) {
        report({
          code: 'GB2109',
          message: `the pattern can't be read: ${pattern.error}`,
          at: locate([...path, 'pattern']),
          fix: 'patterns are RE2: no back-references, no look-around',
        });
      }
      const { default: preset } = param;
      if (preset === undefined || expressionsIn(preset).length > 0) continue;
      const at = locate([...path, 'default']);
      const expected = typeMismatch(param, preset as Value);
      if (expected !== null)
        report({ code: 'GB2006', message: `the default of ${name} must be ${expected}`, at });
      else if (pattern?.ok === true && !textsOf(preset as Value).every((text) => pattern.value.test(text))) {
        report({ code: 'GB2006', message: `the default of ${name} doesn't match its pattern`, at });
      }
    }
  },
};
