import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { Shape } from '../model/shape.js';

/** Marks the alternative that the evaluated schema leaves out. */
export const expressionMark = 'x-expression';

/** A scalar that is one whole expression; its type is checked again once it has been evaluated. */
const wholeExpression = Type.String({
  pattern: '^\\$\\{\\{[^]*\\}\\}$',
  maxLength: 4096,
  [expressionMark]: true,
});

/**
 * `schema`, or an expression that yields it. The static type is that of the evaluated value; the JSON schema
 * allows both, and `evaluated` takes the expression out again for the check at run time.
 */
export function orExpression<T extends TSchema>(schema: T): T {
  const documented: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    const documents = key === 'description' || key === 'examples' || key === 'default';
    (documents ? documented : rest)[key] = value;
  }
  return { ...documented, anyOf: [rest, wholeExpression] } as unknown as T;
}

const isList = (x: unknown): x is readonly unknown[] => Array.isArray(x);
type JsonSchema = Readonly<Record<string, unknown>>;
const isObject = (x: unknown): x is JsonSchema => typeof x === 'object' && x !== null && !Array.isArray(x);

/** The schema of the value that remains when every expression has been evaluated. */
export function evaluated(schema: unknown): unknown {
  if (isList(schema)) return schema.map(evaluated);
  if (!isObject(schema)) return schema;
  const alternatives: unknown = schema['anyOf'];
  if (isList(alternatives) && alternatives.some((a) => isObject(a) && a[expressionMark] === true)) {
    const [first] = alternatives.filter((a) => !(isObject(a) && a[expressionMark] === true));
    return evaluated(first);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, evaluated(value)]));
}

/**
 * The shape of what a schema of evaluated values takes, for `validate`; `any` where alternatives differ. Whether a
 * number is whole only the run can tell: both kinds are one.
 */
export function shapeTaken(schema: unknown): Shape {
  if (!isObject(schema)) return 'any';
  const { anyOf: alternatives, type, items, properties, patternProperties } = schema;
  if (isList(alternatives)) {
    const shapes = alternatives.map((alternative) => JSON.stringify(shapeTaken(alternative)));
    return new Set(shapes).size === 1 ? shapeTaken(alternatives[0]) : 'any';
  }
  if (type === 'string') return 'string';
  if (type === 'boolean') return 'bool';
  if (type === 'integer' || type === 'number') return 'double';
  if (type === 'array') return { list: shapeTaken(items) };
  if (type !== 'object') return 'any';
  if (isObject(properties)) {
    const fields = Object.entries(properties).map(([name, value]) => [name, shapeTaken(value)] as const);
    return { fields: Object.fromEntries(fields) };
  }
  return { map: isObject(patternProperties) ? shapeTaken(Object.values(patternProperties)[0]) : 'any' };
}
