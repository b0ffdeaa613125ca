import { argShapes } from '../../document/arg-shapes.generated.js';
import { acceptsShape, showShape } from '../../expression/index.js';
import type { Shape } from '../../model/shape.js';
import { isExpression, isTemplateList, isTemplateMap, type Template } from '../../model/template.js';
import { shapeAt } from '../observed.js';
import type { Path } from '../places.js';
import type { Rule } from '../rule.js';
import type { CheckedSite } from '../sites.js';

/**
 * What an expression yields is what its argument takes, as far as both are known: a list where text is wanted
 * would be found by the run alone, after its approvals have been used up.
 */
export const argumentsFitTheirTypes: Rule = {
  name: 'arguments-fit-their-types',
  check({ sites, report }) {
    for (const site of sites) {
      const { role, expression, checked } = site;
      if (role.is !== 'probe' && role.is !== 'action') continue;
      if (checked.type === 'any' || checked.errors.length > 0) continue;
      const whole = argShapes[`${role.is}:${role.kind}`];
      const taken = whole === undefined ? undefined : shapeAt(whole, role.argument);
      if (taken?.ok !== true || acceptsShape(taken.shape, checked.type)) continue;
      // Inside a longer text anything can stand: it is written as JSON there.
      if (expression.at === undefined || !standsAlone(site, role.argument)) continue;
      report({
        code: 'GB2213',
        message: `${[role.kind, ...role.argument].join('.')} takes ${inWords(taken.shape)}, and this is ${showShape(checked.type)}`,
        at: expression.at,
        fix: mend(expression.source, taken.shape, checked.type),
      });
    }
  },
};

function standsAlone({ expression, gate, action }: CheckedSite, argument: Path): boolean {
  let at: Template | undefined = gate === undefined ? action?.action.args : gate.gate.probe.args;
  for (const segment of argument) {
    if (isTemplateList(at)) at = at[Number(segment)];
    else at = isTemplateMap(at) ? at[segment] : undefined;
  }
  return isExpression(at) && at === expression;
}

function inWords(shape: Shape): string {
  if (shape === 'string') return 'text';
  if (shape === 'double') return 'a number';
  if (shape === 'bool') return 'true or false';
  if (typeof shape === 'object' && 'list' in shape) {
    return shape.list === 'any' ? 'a list' : `a list, each item ${inWords(shape.list)}`;
  }
  return typeof shape === 'object' ? 'a map' : 'a value';
}

/** How to say it, where one way is likely. */
function mend(source: string, taken: Shape, given: Shape): string | undefined {
  if (typeof given === 'object' && 'nullable' in given) return mend(source, taken, given.nullable);
  const item = typeof given === 'object' && 'list' in given ? given.list : undefined;
  if (taken === 'string') {
    if (typeof given === 'string') return given === 'null' ? undefined : `say string(${source})`;
    const part = item === undefined ? textIn(given, source) : textIn(item, `${source}[0]`);
    return part === undefined ? `say json(${source})` : `say ${part}, or json(${source}) for the whole of it`;
  }
  if (taken === 'double' && given === 'string') return `say int(${source})`;
  if (taken === 'bool' && given === 'string') return `say bool(${source})`;
  if (typeof taken !== 'object' || !('list' in taken) || taken.list !== 'string') return undefined;
  if (given === 'string') return `say [${source}]`;
  const part = item === undefined ? undefined : textIn(item, 'x');
  return part === undefined ? undefined : `say ${source}.map(x, ${part})`;
}

/** The text that could be meant: the value itself, or its first field that is one. */
function textIn(shape: Shape, source: string): string | undefined {
  if (shape === 'string') return source;
  if (shape === 'any') return `${source}.name`;
  if (typeof shape !== 'object' || !('fields' in shape)) return undefined;
  const name = Object.keys(shape.fields).find((field) => shape.fields[field] === 'string');
  return name === undefined ? undefined : `${source}.${name}`;
}
