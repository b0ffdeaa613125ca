import type { Range } from './diagnostic.js';
import type { IndexedSource } from './source.js';
import type { Style } from './style.js';
import { visible } from '../base/visible.js';

const CONTEXT_LINES = 1;
const MAX_WIDTH = 120;
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
    frame.push(style.dim(`${String(number).padStart(gutter + 2)} │ `) + shorten(shown));
  };
  for (let number = Math.max(1, line - CONTEXT_LINES); number < line; number++) {
    const shown = visible(source.line(number) ?? '');
    if (shown.trim() !== '') show(number, shown);
  }
  const from = text.length > MAX_WIDTH && column > MAX_WIDTH - LEAD ? column - 1 - LEAD : 0;
  const lead = `${from > 0 ? '…' : ''}${visible(text.slice(from, column - 1))}`;
  show(line, `${lead}${visible(text.slice(column - 1))}`);
  const end = range.end.line === line ? range.end.column : text.length + 1;
  const before = width(lead);
  const marked = Math.max(1, Math.min(width(visible(text.slice(column - 1, end - 1))), MAX_WIDTH - before));
  const mark = marked === 1 ? '^' : '~'.repeat(marked);
  const indent = `${' '.repeat(gutter + 2)} ${style.dim('│')} ${' '.repeat(before)}`;
  frame.push(`${indent}${style.error(mark)}${reason === '' ? '' : ` ${reason}`}`);
  return frame.map((l) => l.trimEnd());
}

const shorten = (text: string): string =>
  text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH - 1)}…` : text;

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
