import type { Value } from '../../base/value.js';
import type { MadeReference } from '../declaration.js';
import { argument } from '../words.js';

/** What one of the args names among the things that this run makes on the engine; an expression isn't known yet. */
export function madeBy(
  args: Value,
  type: MadeReference['type'],
  key: string,
  path: MadeReference['at'] = [],
): readonly MadeReference[] {
  const name = argument(args, key);
  return typeof name === 'string' && !name.includes('${{') ? [{ type, name, at: [...path, key] }] : [];
}
