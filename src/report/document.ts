/**
 * A document before it has a form: what the Markdown and HTML printers share. Text in it is only ever text;
 * a printer makes it inert, so nothing that came from outside can become markup.
 */
export type Inline = string | { readonly code: string } | { readonly bold: string };
export type Text = readonly Inline[];

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: Text }
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'quote'; readonly lines: readonly Text[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Text[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Text[])[];
    }
  | { readonly kind: 'code'; readonly language: string; readonly lines: readonly string[] };

export const heading = (level: 1 | 2 | 3, ...text: Text): Block => ({ kind: 'heading', level, text });
export const paragraph = (...text: Text): Block => ({ kind: 'paragraph', text });
export const quote = (...lines: readonly Text[]): Block => ({ kind: 'quote', lines });
export const bullets = (items: readonly Text[]): Block => ({ kind: 'list', ordered: false, items });
export const code = (value: string): Inline => ({ code: value });
export const bold = (value: string): Inline => ({ bold: value });

/** A column whose title begins with `>` is aligned to the right. */
export function table(titles: readonly string[], rows: readonly (readonly Text[])[]): Block {
  const columns = titles.map((title): Column =>
    title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' },
  );
  return { kind: 'table', columns, rows };
}

/** How many words a reader has before them. */
export function countWords(blocks: readonly Block[]): number {
  const inWords = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const inText = (text: Text) =>
    text.reduce(
      (sum, part) => sum + inWords(typeof part === 'string' ? part : 'code' in part ? part.code : part.bold),
      0,
    );
  const inTexts = (texts: readonly Text[]) => texts.reduce((sum, text) => sum + inText(text), 0);
  return blocks.reduce((sum, block) => {
    switch (block.kind) {
      case 'heading':
      case 'paragraph':
        return sum + inText(block.text);
      case 'quote':
        return sum + inTexts(block.lines);
      case 'list':
        return sum + inTexts(block.items);
      case 'table':
        return sum + inTexts(block.rows.flat());
      case 'code':
        return sum + block.lines.reduce((all, line) => all + inWords(line), 0);
    }
  }, 0);
}
