import type { Value } from '../../base/value.js';
import { field, isMap } from '../../base/value.js';
import type { MadeReference } from '../declaration.js';

/** What one of the args names among the things that this run makes on the engine; an expression isn't known yet. */
export function madeBy(
  args: Value,
  type: MadeReference['type'],
  key: string,
  path: MadeReference['at'] = [],
): readonly MadeReference[] {
  const name = isMap(args) ? field(args, key) : undefined;
  return typeof name === 'string' && !name.includes('${{') ? [{ type, name, at: [...path, key] }] : [];
}
