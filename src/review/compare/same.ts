import { by } from '../../base/order.js';
import { isExpression, isText } from '../../model/template.js';

/**
 * A text that two values share exactly when they mean the same: the order of a map's keys doesn't count, that of a
 * list does.
 */
export function meaning(value: unknown): string {
  if (isExpression(value)) return `{$expr ${JSON.stringify(value.source)}}`;
  if (isText(value)) return `{$text ${value.parts.map(meaning).join(',')}}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(meaning).join(',')}]`;
  if (value === undefined) return 'undefined';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(by(([key]) => key));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${meaning(entry)}`).join(',')}}`;
}

export const same = (a: unknown, b: unknown): boolean => meaning(a) === meaning(b);

/** The same text with every id of a command or gate hidden, so that a renumbered one is found again. */
export const withoutIds = (text: string): string =>
  text
    .replace(/\b(commands|gates)\[\\?["'][CG]-[^"'\\\]]+(?:\[[^\]]*\])?\\?["']\]/g, '$1[*]')
    .replace(/"gate":"G-[^"]+"/g, '"gate":*');
