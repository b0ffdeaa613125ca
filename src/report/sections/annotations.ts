import { countedInWords, capitalised } from '../../base/words.js';
import type { Block } from '../document.js';
import { bold, code, paragraph, quote } from '../document.js';
import type { Report } from '../schema.js';
import { utc } from './head.js';
import type { Section } from './section.js';

/** What people added after the seal: nothing of it is from the run. */
export function annotations({ annotations: notes = [] }: Report): Section | null {
  if (notes.length === 0) return null;
  const added = countedInWords(notes.length, 'note');
  return {
    title: 'Annotations',
    blocks: [
      paragraph(
        `${capitalised(added)} ${notes.length === 1 ? 'was' : 'were'} added after the seal. Nothing above was changed. A signature proves which key signed, not whose it is.`,
      ),
      ...notes.flatMap(({ number, at, who, text, key }): Block[] => [
        paragraph(
          bold(`Note ${String(number)}`),
          ` · ${utc(at)} UTC · ${who} · `,
          ...(key === null ? [bold('NOT signed')] : ['signed with ', code(key)]),
        ),
        quote(...linesOf(text).map((line) => [line])),
      ]),
    ],
  };
}

/** Those that say something: an empty one would end the quote's paragraph. */
const linesOf = (text: string): readonly string[] =>
  text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
