import type { Value } from '../base/value.js';
import { field, isList, isMap, toJson } from '../base/value.js';

/** One of the args, where there is such a one. */
export const argument = (args: Value | undefined, name: string): Value | undefined =>
  isMap(args) ? field(args, name) : undefined;

/** One of the args as a reviewer reads it; `…` where it isn't text. */
export function shown(args: Value | undefined, name: string): string {
  const value = argument(args, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '…';
}

const shownItems = 3;

/** A list of names as a reviewer reads it: the first few, and how many more; `absent` where there is none. */
export function shownList(args: Value, name: string, absent: string): string {
  const value = argument(args, name);
  if (value === undefined) return absent;
  if (!isList(value)) return shown(args, name);
  const names = value.slice(0, shownItems).map((item) => (typeof item === 'string' ? item : '…'));
  const more = value.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const longestLine = 160;

/** A text of several lines as one, cut where it is long: the whole is in the plan. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line;
}

/** What a statement is given for its `$1, $2, …`: two that read alike may differ in nothing but that. */
export function givenWords(args: Value): string {
  const params = argument(args, 'params');
  if (!isList(params) || params.length === 0) return '';
  const given = (value: Value): string => {
    if (typeof value === 'bigint') return String(value);
    const expression = typeof value === 'string' && /^\$\{\{[^{}]*\}\}$/.test(value);
    return expression ? value : JSON.stringify(toJson(value));
  };
  return `, with ${params.map((value, index) => `$${index + 1} = ${oneLine(given(value))}`).join(', ')}`;
}
