import type { Value } from '../base/value.js';
import { isList, isMap } from '../base/value.js';
import type { Shape } from '../model/shape.js';

const isObject = (shape: Shape): shape is Exclude<Shape, string> => typeof shape === 'object';
export const elementOf = (shape: Shape): Shape | undefined =>
  isObject(shape) && 'list' in shape ? shape.list : undefined;
export const fieldsOf = (shape: Shape): Readonly<Record<string, Shape>> | undefined =>
  isObject(shape) && 'fields' in shape ? shape.fields : undefined;
export const valuesOf = (shape: Shape): Shape | undefined =>
  isObject(shape) && 'map' in shape ? shape.map : undefined;
export const isMapLike = (shape: Shape): boolean => isObject(shape) && ('fields' in shape || 'map' in shape);

/** The shape without its `nullable`, as an operator or field access sees it. */
export const present = (shape: Shape): Shape =>
  isObject(shape) && 'nullable' in shape ? present(shape.nullable) : shape;

/** In the words of an error: `list of string`, `object with sha256, size_bytes`. */
export function showShape(shape: Shape): string {
  if (!isObject(shape)) return shape === 'any' ? 'a value' : shape;
  if ('nullable' in shape) return `${showShape(shape.nullable)} or null`;
  if ('list' in shape) return shape.list === 'any' ? 'list' : `list of ${showShape(shape.list)}`;
  if ('map' in shape) return shape.map === 'any' ? 'map' : `map of ${showShape(shape.map)}`;
  const names = Object.keys(shape.fields);
  if (names.length === 0) return 'an object with nothing in it';
  return names.length > 6 ? 'object' : `object with ${names.join(', ')}`;
}

/** Whether a value of shape `given` can stand where `wanted` is asked for; unknown parts may. */
export function acceptsShape(wanted: Shape, given: Shape): boolean {
  const [w, g] = [present(wanted), present(given)];
  if (w === 'any' || g === 'any') return true;
  if (g === 'null') return w === 'null' || wanted !== w;
  if (!isObject(w) || !isObject(g)) return w === g || (w === 'double' && g === 'int');
  const [wantedElement, givenElement] = [elementOf(w), elementOf(g)];
  if (wantedElement !== undefined || givenElement !== undefined)
    return (
      wantedElement !== undefined && givenElement !== undefined && acceptsShape(wantedElement, givenElement)
    );
  return isMapLike(w) && isMapLike(g);
}

/** One shape for both, or undefined where CEL would refuse to mix them. */
export function unify(a: Shape, b: Shape): Shape | undefined {
  if (a === b) return a;
  if (a === 'any' || b === 'any') return 'any';
  if (a === 'null') return b === 'null' ? b : { nullable: present(b) };
  if (b === 'null') return { nullable: present(a) };
  if (present(a) !== a || present(b) !== b) {
    const inner = unify(present(a), present(b));
    return inner && { nullable: inner };
  }
  const [x, y] = [elementOf(a), elementOf(b)];
  if (x !== undefined && y !== undefined) return { list: unify(x, y) ?? 'any' };
  return isMapLike(a) && isMapLike(b) ? { map: 'any' } : undefined;
}

/** The shape of a value that is known: constants of `data`, defaults, items of a loop. */
export function shapeOf(value: Value): Shape {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (isList(value)) {
    const [first, ...rest] = value.map(shapeOf);
    if (first === undefined) return { list: 'any' };
    return { list: rest.reduce<Shape>((a, b) => unify(a, b) ?? 'any', first) };
  }
  if (isMap(value))
    return { fields: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shapeOf(v)])) };
  return 'any';
}
