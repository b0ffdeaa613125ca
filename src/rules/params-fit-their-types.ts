import { typeMismatch } from '../document/param-types.js';
import { compileWhole } from '../text/pattern.js';
import type { Value } from '../base/value.js';
import { expressionsIn } from '../model/template.js';
import type { Rule } from './rule.js';

/** A default is a value of its param's type, a pattern compiles, an enum has values. */
export const paramsFitTheirTypes: Rule = {
  name: 'params-fit-their-types',
  check({ runbook, locate, report }) {
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
      else if (pattern?.ok === true && typeof preset === 'string' && !pattern.value.test(preset)) {
        report({ code: 'GB2006', message: `the default of ${name} doesn't match its pattern`, at });
      }
    }
  },
};
