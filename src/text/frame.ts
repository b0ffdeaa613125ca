import type { Range } from './diagnostic.js';
import type { IndexedSource } from './source.js';
import type { Style } from './style.js';
import { cut, visible } from '../base/visible.js';

const CONTEXT_LINES = 1;
const MAX_WIDTH = 120;
/** More than is shown of any line: one may be a megabyte long, and hold a thousand findings. */
const ENOUGH = 2 * MAX_WIDTH + 2;
/** How much of a long line is shown before a mark that stands far to the right. */
const LEAD = 40;

/**
 * The source around a range: a line before, the line itself, and a mark under what is meant, with the reason
 * beside it. Empty where the file has no such line.
 */
export function codeFrame(
  source: IndexedSource,
  range: Range,
  reason: string,
  style: Style,
): readonly string[] {
  const { line, column } = range.start;
  const text = source.line(line);
  if (text === undefined) return [];
  const gutter = String(line).length;
  const frame: string[] = [];
  const show = (number: number, shown: string): void => {
    frame.push(style.dim(`${String(number).padStart(gutter + 2)} │ `) + cut(shown, MAX_WIDTH));
  };
  for (let number = Math.max(1, line - CONTEXT_LINES); number < line; number++) {
    const shown = visible((source.line(number) ?? '').slice(0, ENOUGH));
    if (shown.trim() !== '') show(number, shown);
  }
  const isFar = text.length > MAX_WIDTH && column > MAX_WIDTH - LEAD;
  const lead = isFar ? `…${visible(lastOf(text.slice(0, column - 1)))}` : visible(text.slice(0, column - 1));
  const rest = text.slice(column - 1, column - 1 + ENOUGH);
  show(line, `${lead}${visible(rest)}`);
  const end = range.end.line === line ? range.end.column : text.length + 1;
  const before = width(lead);
  const marked = Math.max(1, Math.min(width(visible(rest.slice(0, end - column))), MAX_WIDTH - before));
  const mark = marked === 1 ? '^' : '~'.repeat(marked);
  const indent = `${' '.repeat(gutter + 2)} ${style.dim('│')} ${' '.repeat(before)}`;
  frame.push(`${indent}${style.error(mark)}${reason === '' ? '' : ` ${reason}`}`);
  return frame.map((l) => l.trimEnd());
}

/** In code points: a pair of surrogates is never cut through. */
const lastOf = (text: string): string =>
  Array.from(text.slice(-2 * LEAD))
    .slice(-LEAD)
    .join('');

/** Columns that a terminal uses: wide East Asian forms and emoji take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const c of text) {
    if (/\p{Mark}|\u200d/u.test(c)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        c,
      )
        ? 2
        : 1;
  }
  return columns;
}
