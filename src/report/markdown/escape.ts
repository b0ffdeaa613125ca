import { visible } from '../../base/visible.js';

/** Where text stands decides what can go wrong with it: a pipe ends a table's cell. */
export type Place = 'flow' | 'cell';

/**
 * What GFM and its renderers link by themselves, escaped or not: renderers look for it in finished text, so only
 * a code span stops them. The whole run of non-blanks around it becomes code.
 */
const linked = /@|:\/|www\.|mailto:|xmpp:/i;

/** Text as GFM that renders as exactly these characters (unseen ones shown) and as nothing else. */
export function escapeText(text: string, place: Place): string {
  return visible(text)
    .split(/(\s+)/u)
    .map((part, index) =>
      index % 2 === 1 ? ' ' : linked.test(part) ? codeSpan(part, place) : escapeWord(part),
    )
    .join('');
}

/** A text's first character at the start of a block could make it a heading, a list, a quote or a rule. */
export const escapeStart = (markdown: string): string =>
  markdown.replace(/^(\d{1,9})([.)])/, '$1\\$2').replace(/^[-+=#>:]/, '\\$&');

/** A code span holding exactly this text; nothing in it is markup. */
export function codeSpan(text: string, place: Place): string {
  const shown = visible(text).trim();
  if (shown === '') return '';
  const content = place === 'cell' ? cellCode(shown) : shown;
  const longest = Math.max(0, ...Array.from(content.matchAll(/`+/g), (run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** In a cell `\|` is a pipe even inside code, and a backslash before it can't be written: show the pipe instead. */
const cellCode = (text: string): string =>
  text.includes('\\') ? text.replaceAll('|', '‹U+007C›') : text.replaceAll('|', '\\|');

/** A fence that no line of the content can end. */
export function codeFence(lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => Array.from(line.matchAll(/`+/g), (run) => run[0].length)),
  );
  return '`'.repeat(longest + 1);
}

const word = /[\p{L}\p{N}]/u;

function escapeWord(text: string): string {
  return text
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/_/g, (mark, at: number, whole: string) => {
      // Between two letters it can't open emphasis, and snake_case stays readable.
      const inside = word.test(whole.charAt(at - 1)) && word.test(whole.charAt(at + 1));
      return inside ? mark : `\\${mark}`;
    });
}
