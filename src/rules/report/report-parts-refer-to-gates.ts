import { baseOf } from '../../base/ids.js';
import type { Value } from '../../base/value.js';
import { toText } from '../../expression/index.js';
import { expressionsIn } from '../../model/template.js';
import { didYouMean } from '../../text/suggest.js';
import type { Path } from '../places.js';
import type { Rule, RuleContext } from '../rule.js';
import { idsOf } from '../shapes.js';

const verdicts: readonly string[] = ['PASS', 'PARTIAL', 'FAIL'];

/** Checks, readiness, tables and gaps name gates that there are, and totals name columns that there are. */
export const reportPartsReferToGates: Rule = {
  name: 'report-parts-refer-to-gates',
  check(context) {
    const { runbook, locate, report } = context;
    for (const { id, path } of mentioned(context)) {
      const place = context.places.gateById.get(baseOf(id));
      const ids = place === undefined ? [...context.places.gateById.keys()] : idsOf(place, runbook);
      if (ids?.includes(id) !== false) continue;
      report({
        code: 'GB2501',
        message: `there is no gate ${id}`,
        at: locate(path),
        fix: didYouMean(id, ids),
      });
    }
    for (const { name, value } of runbook.report.verdict) {
      if (name !== 'result' || expressionsIn(value).length > 0 || verdicts.includes(toText(value as Value)))
        continue;
      report({
        code: 'GB2505',
        message: `${toText(value as Value)} is no verdict`,
        at: locate(['verdict', 'result']),
        reason: 'result may lower the verdict, and must say to what',
        fix: `one of ${verdicts.join(', ')}, or another name for the line`,
      });
    }
    for (const [index, table] of runbook.report.tables.entries()) {
      const columns = Object.keys(table.columns);
      for (const [i, total] of table.total.entries()) {
        if (columns.includes(total)) continue;
        report({
          code: 'GB2502',
          message: `the table has no column ${total}`,
          at: locate(['tables', index, 'total', i]),
          fix: didYouMean(total, columns),
        });
      }
    }
  },
};

function mentioned({
  runbook: { report },
}: RuleContext): readonly { readonly id: string; readonly path: Path }[] {
  return [
    ...report.checks.flatMap((c, i) => c.gates.map((id, g) => ({ id, path: ['checks', i, 'gates', g] }))),
    ...report.readiness.map((r, i) => ({ id: r.gate, path: ['readiness', i, 'gate'] })),
    ...report.tables.map((t, i) => ({ id: t.from, path: ['tables', i, 'from'] })),
    ...report.gaps.flatMap((g) => g.closedBy.map((id, i) => ({ id, path: ['gaps', g.id, 'closed_by', i] }))),
  ];
}
