import { visible } from '../base/visible.js';
import type { Block, Inline, Text } from './document.js';
import { escapeXml } from './xml.js';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
table{border-collapse:collapse;display:block;overflow-x:auto;margin:1rem 0}td,th{border:1px solid #c8ccd1;padding:.3rem .6rem;vertical-align:top;text-align:left}
th{background:#f3f4f6}.right{text-align:right}code,pre{font:14px/1.45 ui-monospace,monospace;background:#f3f4f6}code{overflow-wrap:anywhere}
pre{padding:.8rem;overflow-x:auto}blockquote{border-left:4px solid #57606a;margin:1rem 0;padding:.2rem 1rem}`;

/** One file without script, link or anything fetched; its policy forbids all of them. */
export function renderHtml(title: string, blocks: readonly Block[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    ...blocks.map(printBlock),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${printText(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${printText(block.text)}</p>`;
    case 'quote':
      return `<blockquote>${block.lines.map((line) => `<p>${printText(line)}</p>`).join('')}</blockquote>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>${block.items.map((item) => `<li>${printText(item)}</li>`).join('')}</${tag}>`;
    }
    case 'table': {
      const open = (tag: string, at: number) =>
        block.columns[at]?.align === 'right' ? `<${tag} class="right">` : `<${tag}>`;
      const head = block.columns
        .map((column, at) => `${open('th', at)}${escapeXml(column.title)}</th>`)
        .join('');
      const body = block.rows.map(
        (row) =>
          `<tr>${block.columns.map((_, at) => `${open('td', at)}${printText(row[at] ?? [])}</td>`).join('')}</tr>`,
      );
      return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
    }
    case 'code':
      return `<pre>${block.lines.map((line) => escapeXml(visible(line))).join('\n')}</pre>`;
  }
}

const printText = (text: Text): string => text.map(printInline).join('');

function printInline(part: Inline): string {
  if (typeof part === 'string') return escapeXml(part);
  return 'code' in part ? `<code>${escapeXml(part.code)}</code>` : `<strong>${escapeXml(part.bold)}</strong>`;
}
