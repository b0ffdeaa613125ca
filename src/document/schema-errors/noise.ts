import type { ErrorObject } from 'ajv';
import { nearest } from '../../text/suggest.js';

/** What a whole-expression alternative says of text that isn't one: never the reason of a finding. */
const WHOLE_EXPRESSION = '^\\$\\{\\{[^]*\\}\\}$';

/**
 * Alternatives of one value are told apart by JSON type, so where one of them got past its type, only its
 * findings count; where none did, the finding is about the type.
 */
export function withoutNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter((e) => e.keyword === 'anyOf');
  const dropped = new Set<ErrorObject>();
  for (const union of unions) {
    const at = union.instancePath;
    const inside = errors.filter(
      (e) => e !== union && (e.instancePath === at || e.instancePath.startsWith(`${at}/`)),
    );
    const isTypeHere = (e: ErrorObject): boolean => e.keyword === 'type' && e.instancePath === at;
    const telling = inside.filter((e) => !isTypeHere(e) && e.keyword !== 'anyOf' && !isExpressionForm(e));
    for (const e of inside) if (isTypeHere(e) || isExpressionForm(e)) dropped.add(e);
    const nested = unions.some((e) => e !== union && e.instancePath.startsWith(`${at}/`));
    if (telling.length > 0 || nested) dropped.add(union);
    else merge(union, inside.filter(isTypeHere));
  }
  // The finding about a name says it all; that its map has a bad name says nothing more.
  return errors.filter((e) => !dropped.has(e) && e.keyword !== 'propertyNames');
}

/** A key that is missing because it is misspelt beside: one mistake. */
export function withoutMisspelt(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unknown = errors.filter((e) => e.keyword === 'additionalProperties');
  return errors.filter((error) => {
    const missing = (error.params as { missingProperty?: string }).missingProperty;
    if (error.keyword !== 'required' || missing === undefined) return true;
    const beside = unknown.filter((e) => e.instancePath === error.instancePath);
    return !beside.some((e) => {
      const written = (e.params as { additionalProperty?: string }).additionalProperty ?? '';
      return nearest(written, [missing]) !== undefined;
    });
  });
}

const isExpressionForm = (e: ErrorObject): boolean =>
  e.keyword === 'pattern' && (e.params as { pattern?: string }).pattern === WHOLE_EXPRESSION;

function merge(union: ErrorObject, types: readonly ErrorObject[]): void {
  const all = types.flatMap((e) => (e.params as { type: string | string[] }).type);
  union.params = { type: [...new Set(all)] };
  union.keyword = 'type';
}
