import { acceptsShape, showShape } from '../../expression/index.js';
import type { ExpressionError } from '../../expression/index.js';
import type { Rule } from '../rule.js';

const codes: Readonly<Record<ExpressionError['kind'], string>> = {
  syntax: 'GB2201',
  'unknown-name': 'GB2202',
  'unknown-field': 'GB2203',
  type: 'GB2204',
  'dynamic-index': 'GB2205',
  function: 'GB2206',
  limit: 'GB2206',
};

/** Names, fields, types and functions of every expression, found before anything runs. */
export const expressionsAreSound: Rule = {
  name: 'expressions-are-sound',
  check({ sites, report }) {
    for (const { expression, role, checked } of sites) {
      for (const error of checked.errors) {
        const at = expression.locate(error.offset, error.length);
        if (at !== undefined) report({ code: codes[error.kind], message: error.message, at, fix: error.fix });
      }
      const isCondition = role.is === 'condition' || role.is === 'assert';
      if (!isCondition || checked.errors.length > 0 || acceptsShape('bool', checked.type)) continue;
      const at = expression.at;
      if (at === undefined) continue;
      const message = `a condition must be true or false, and this is ${showShape(checked.type)}`;
      report({ code: 'GB2212', message, at, fix: 'compare it with something' });
    }
  },
};
