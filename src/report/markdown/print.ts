import { visible } from '../../base/visible.js';
import type { Block, Column, Inline, Text } from '../document.js';
import { codeFence, codeSpan, escapeStart, escapeText } from './escape.js';
import type { Place } from './escape.js';

/** The document as GitHub Flavored Markdown. Lines end with a line feed, the last one too. */
export const printMarkdown = (blocks: readonly Block[]): string => `${blocks.map(printBlock).join('\n\n')}\n`;

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      // A heading's own trailing `#` would be taken for its closing mark.
      return `${'#'.repeat(block.level)} ${printText(block.text, 'flow').replace(/#+$/, (marks) => marks.replaceAll('#', '\\#'))}`;
    case 'paragraph':
      return escapeStartOf(block.text);
    case 'quote':
      return block.lines.map((line) => `> ${escapeStartOf(line)}`).join('\\\n');
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${escapeStartOf(item)}`)
        .join('\n');
    case 'table':
      return printTable(block.columns, block.rows);
    case 'code': {
      const lines = block.lines.map(visible);
      const fence = codeFence(lines);
      return [`${fence}${block.language}`, ...lines, fence].join('\n');
    }
  }
}

/** What we write ourselves (`**`, a backtick) is no danger at the start of a block; plain text is. */
const escapeStartOf = (text: Text): string => {
  const printed = printText(text, 'flow');
  return typeof text[0] === 'string' ? escapeStart(printed) : printed;
};

function printTable(columns: readonly Column[], rows: readonly (readonly Text[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((column) => printText([column.title], 'cell'))),
    `|${columns.map((column) => (column.align === 'right' ? '---:' : '---')).join('|')}|`,
    ...rows.map((row) => line(columns.map((_, index) => printText(row[index] ?? [], 'cell')))),
  ].join('\n');
}

const printText = (text: Text, place: Place): string =>
  merged(text)
    .map((part) => printInline(part, place))
    // Two code spans that touch would share one run of backticks.
    .reduce(
      (line, part) => (line.endsWith('`') && part.startsWith('`') ? `${line} ${part}` : line + part),
      '',
    )
    .trim();

function printInline(part: Inline, place: Place): string {
  if (typeof part === 'string') return escapeText(part, place);
  if ('code' in part) return codeSpan(part.code, place);
  const content = escapeText(part.bold, place).trim();
  return content === '' ? '' : `**${content}**`;
}

/** Neighbouring strings become one before they are escaped: a link can't be put together from two halves. */
function merged(text: Text): Inline[] {
  const parts: Inline[] = [];
  for (const part of text) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts.splice(-1, 1, last + part);
    else parts.push(part);
  }
  return parts;
}
