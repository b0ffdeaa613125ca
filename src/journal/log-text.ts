import { unseen } from '../base/visible.js';

const pictures = 0x2400;

/**
 * Makes every character visible that a terminal would obey or a reader can't see: control codes become their
 * pictures (`␛`), C1 codes, bidirectional marks, zero-width characters and the like `<U+202E>`. Newline and tab stay.
 */
export function logText(text: string): string {
  return text.replace(unseen, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(pictures + code);
    if (code === 0x7f) return '\u2421';
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}
