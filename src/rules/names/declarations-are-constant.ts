import type { Rule } from '../rule.js';

/** Constants and defaults are written out: what is reviewed is what runs. */
export const declarationsAreConstant: Rule = {
  name: 'declarations-are-constant',
  check({ sites, report }) {
    for (const { role, expression, checked } of sites) {
      if (role.is !== 'declaration' || expression.at === undefined) continue;
      const [section] = role.field;
      if (section === 'params') {
        report({
          code: 'GB2008',
          message: 'a default is a literal',
          at: expression.at,
          fix: 'write the value out',
        });
      } else if (section === 'data' && checked.references.some((r) => r.root !== 'params')) {
        report({
          code: 'GB2008',
          message: 'a constant may hold params, nothing else',
          at: expression.at,
          fix: 'write the value out, or use the expression where it is needed',
        });
      }
    }
  },
};
