import { valueMap, type ValueMap } from '../../base/value.js';
import { eachOf, evaluate, iterationsOver, type Iteration, type Reference } from '../../expression/index.js';
import type { Runbook } from '../../model/runbook.js';
import { expressionsIn } from '../../model/template.js';
import { constantsOf } from '../constants.js';
import type { Rule } from '../rule.js';
import { loopItems } from '../shapes.js';
import type { CheckedSite } from '../sites.js';

/**
 * An expression over nothing but constants has its value already, whether the plan works it out or it is a condition
 * that stays for the run: a division by zero or a missing key is found now.
 */
export const constantsHaveValues: Rule = {
  name: 'constants-have-values',
  check({ runbook, sites, report }) {
    const data = constantsOf(runbook);
    for (const site of sites) {
      const { expression, checked } = site;
      const { references, errors } = checked;
      if (errors.length > 0 || !references.every((reference) => isConstant(reference, data))) continue;
      const usesEach = references.some(({ root }) => root === 'each');
      for (const each of usesEach ? iterationsAt(site, runbook) : [null]) {
        const found = evaluate(
          expression,
          valueMap([['data', data], ...(each ? [['each', eachOf(each)] as const] : [])]),
        );
        if (found.ok) continue;
        const at = expression.locate(found.error.offset, found.error.length);
        const where = each === null ? '' : ` for ${each.key}`;
        const message = `\${{ ${expression.source} }} has no value${where}: ${found.error.message}`;
        if (at !== undefined) report({ code: 'GB2601', message, at, fix: 'ask for what is there' });
        break;
      }
    }
  },
};

function isConstant(reference: Reference, data: ValueMap): boolean {
  if (reference.root === 'each') return true;
  return reference.root === 'data' && Object.hasOwn(data, String(reference.path[0]));
}

/** None where only the plan knows them. */
function iterationsAt({ of }: CheckedSite, runbook: Runbook): readonly Iteration[] {
  const items = of === undefined ? undefined : loopItems(of.command, runbook);
  if (items === undefined || expressionsIn(items).length > 0) return [];
  const iterations = iterationsOver(items);
  return iterations.ok ? iterations.value : [];
}
