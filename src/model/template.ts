import type { Value, ValueMap } from '../base/value.js';
import { isMap } from '../base/value.js';
import type { Location } from '../text/diagnostic.js';

/** A CEL expression, without its `${{ }}`. Only its source counts for the plan; `at` is for diagnostics. */
export class Expression {
  readonly #place: ((offset: number, length: number) => Location) | undefined;

  constructor(
    readonly source: string,
    readonly at?: Location,
    place?: (offset: number, length: number) => Location,
  ) {
    this.#place = place;
  }

  /** Where a part of the source stands in the file; the whole where that isn't known. */
  locate(offset: number, length: number): Location | undefined {
    return this.#place?.(offset, length) ?? this.at;
  }
}

/** Text with expressions inside: `size is ${{ … }} bytes`. Evaluates to a string. */
export class TextTemplate {
  constructor(readonly parts: readonly (string | Expression)[]) {}
}

/**
 * A value that may hold expressions. What an expression yields is data: it is never looked through for
 * further expressions or matchers.
 */
export type Template =
  Exclude<Value, readonly Value[] | ValueMap> | Expression | TextTemplate | readonly Template[] | TemplateMap;
export interface TemplateMap {
  readonly [key: string]: Template;
}

export const isExpression = (t: unknown): t is Expression => t instanceof Expression;
export const isText = (t: unknown): t is TextTemplate => t instanceof TextTemplate;
export const isTemplateList = (t: Template | undefined): t is readonly Template[] => Array.isArray(t);
export const isTemplateMap = (t: Template | undefined): t is TemplateMap =>
  !isExpression(t) && !isText(t) && isMap(t as Value);

/** As the author wrote it, for people: expressions stand in their braces. */
export function showTemplate(template: Template): Value {
  if (isExpression(template)) return `\${{ ${template.source} }}`;
  if (isText(template))
    return template.parts.map((p) => (typeof p === 'string' ? literal(p) : `\${{ ${p.source} }}`)).join('');
  if (isTemplateList(template)) return template.map(showTemplate);
  if (isTemplateMap(template)) {
    const map = Object.create(null) as Record<string, Value>;
    for (const [key, entry] of Object.entries(template)) map[key] = showTemplate(entry);
    return map;
  }
  return typeof template === 'string' ? literal(template) : template;
}

/** Braces that a data file or a param brought are no expression, and aren't shown as one. */
const literal = (text: string): string => text.replaceAll('${{', '\\${{');

/** Every expression in a template, in document order. */
export function expressionsIn(template: Template): Expression[] {
  if (isExpression(template)) return [template];
  if (isText(template)) return template.parts.filter(isExpression);
  if (isTemplateList(template)) return template.flatMap(expressionsIn);
  if (isTemplateMap(template)) return Object.values(template).flatMap(expressionsIn);
  return [];
}
