import type { Block, Inline, Text } from './document.js';
import { bold, bullets, code, paragraph } from './document.js';

/**
 * The operator package is Markdown of the runbook's author, with values of the run in it that nobody can tell
 * apart any more. So only what is harmless keeps its form: fenced code, lists, headings, `code` and **bold**.
 */
export function operatorBlocks(text: string): readonly Block[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  const takeWhile = (test: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && test(lines[at] ?? '')) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = /^ {0,3}(`{3,}|~{3,})\s*([A-Za-z0-9_-]{0,20})/.exec(line);
    if (fence !== null) {
      const [, mark = '```', language = ''] = fence;
      at += 1;
      const content = takeWhile((inner) => !inner.trim().startsWith(mark));
      at += 1;
      blocks.push({ kind: 'code', language: drawn.test(language) ? 'text' : language, lines: content });
    } else if (line.trim() === '') {
      at += 1;
    } else if (/^#{1,6}\s/.test(line)) {
      at += 1;
      blocks.push(paragraph(bold(line.replace(/^#+\s*/, ''))));
    } else if (item.test(line)) {
      blocks.push(listBlock(takeWhile((inner) => item.test(inner) || /^\s{2,}\S/.test(inner))));
    } else {
      const words = takeWhile(
        (inner) => inner.trim() !== '' && !item.test(inner) && !/^(#{1,6}\s| {0,3}(```|~~~))/.test(inner),
      );
      blocks.push(paragraph(...inline(words.join(' '))));
    }
  }
  return blocks;
}

/** What GitHub draws instead of showing it: a diagram can hold links, and a value of the run could hold the fence. */
const drawn = /^(?:mermaid|math|geojson|topojson|stl)$/i;

const item = /^\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+/;

function listBlock(lines: readonly string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    if (item.test(line)) items.push(line.replace(item, ''));
    else items.splice(-1, 1, `${items.at(-1) ?? ''} ${line.trim()}`);
  }
  const ordered = /^\s*\d/.test(lines[0] ?? '');
  const list = bullets(items.map(inline));
  return list.kind === 'list' ? { ...list, ordered } : list;
}

const spans = /`([^`\n]+)`|\*\*([^*\n]+)\*\*/g;
function inline(text: string): Text {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(spans)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(match[1] === undefined ? bold(match[2] ?? '') : code(match[1]));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}
