import { field, isList, isMap } from '../base/value.js';
import type { Value, ValueMap } from '../base/value.js';
import { toText } from '../expression/index.js';

/** A value as the report prints it to a person; what is nested deeper than a list or a map stays JSON, and unambiguous. */
export function printed(value: Value): string {
  if (isList(value) && value.every(isScalar))
    return value.length === 0 ? 'none' : value.map(scalar).join(', ');
  if (isMap(value)) return errorWords(value) ?? fields(value);
  return toText(value);
}

const isScalar = (value: Value): boolean => !isList(value) && !isMap(value);
const scalar = (value: Value): string => (value === null ? '—' : toText(value));

/** The output of a refusal that was expected (`expect_error`): `SQL_ERROR 42501: permission denied`. */
function errorWords(map: ValueMap): string | null {
  const [code, message, sqlstate] = ['code', 'message', 'sqlstate'].map((name) => field(map, name));
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  return `${code}${typeof sqlstate === 'string' ? ` ${sqlstate}` : ''}: ${message}`;
}

function fields(map: ValueMap): string {
  const entries = Object.entries(map);
  const [only, ...others] = entries;
  // What an action that was refused has as its output.
  if (only !== undefined && others.length === 0 && only[0] === 'error' && isMap(only[1]))
    return printed(only[1]);
  if (!entries.every(([, value]) => isScalar(value))) return toText(map);
  return entries.length === 0
    ? 'none'
    : entries.map(([name, value]) => `${name} ${scalar(value)}`).join('; ');
}
