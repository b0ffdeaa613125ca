import { elementOf, present, showShape } from '../../expression/index.js';
import type { Shape } from '../../model/shape.js';
import { parsePath } from '../../model/path.js';
import { baseOf } from '../../base/ids.js';
import { ExpressionTypes, observationShape, shapeAt } from '../observed.js';
import type { Finding, Rule, RuleContext } from '../rule.js';

type Table = RuleContext['runbook']['report']['tables'][number];

/** A table whose rows or cells are nowhere in the observation would be empty in every report. */
export const tablesShowObservations: Rule = {
  name: 'tables-show-observations',
  check(context) {
    const types = new ExpressionTypes();
    for (const [index, table] of context.runbook.report.tables.entries()) {
      const row = rowShape(table, index, context, types);
      if (row === null) continue;
      for (const [heading, path] of Object.entries(table.columns)) {
        const found = along(row, path);
        if (!found.ok)
          context.report({ ...found.finding, at: context.locate(['tables', index, 'columns', heading]) });
      }
    }
  },
};

/** What one row holds; null where no row could be, which is told. */
function rowShape(table: Table, index: number, context: RuleContext, types: ExpressionTypes): Shape | null {
  const place = context.places.gateById.get(baseOf(table.from));
  if (place === undefined) return null;
  const observed = observationShape(place, context, types);
  const at = context.locate(['tables', index, table.rows === undefined ? 'from' : 'rows']);
  if (place.of.command.forEach !== undefined && !table.from.includes('[')) {
    if (table.rows === undefined)
      return { fields: { each: { fields: { key: 'string', value: 'any' } }, observed, state: 'string' } };
    context.report({
      code: 'GB2506',
      message: `${table.from} is in a loop, and its table has a row for each item`,
      at,
      fix: `remove rows, or write from: ${table.from}[KEY]`,
    });
    return null;
  }
  const found =
    table.rows === undefined ? ({ ok: true, shape: observed } as const) : along(observed, table.rows);
  if (!found.ok) {
    context.report({ ...found.finding, at });
    return null;
  }
  const whole = present(found.shape);
  if (whole === 'any' || typeof whole === 'object') return elementOf(whole) ?? whole;
  context.report({ code: 'GB2506', message: `a table has rows, and this is ${showShape(whole)}`, at });
  return null;
}

type Found =
  | { readonly ok: true; readonly shape: Shape }
  | { readonly ok: false; readonly finding: Omit<Finding, 'at'> };

function along(shape: Shape, written: string): Found {
  const path = parsePath(written);
  if (path === null)
    return {
      ok: false,
      finding: { code: 'GB2506', message: `${written} is no path`, fix: 'e.g. tables[0].count' },
    };
  const found = shapeAt(shape, path);
  if (found.ok) return found;
  const { message, fix } = found;
  return { ok: false, finding: { code: 'GB2506', message, ...(fix !== undefined && { fix }) } };
}
