const pictures = 0x2400;
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Makes every character visible that a terminal would obey or a reader can't see: control codes become their
 * pictures (`␛`), C1 codes, bidirectional marks and zero-width characters `<U+202E>`. Newline and tab stay.
 */
export function logText(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(pictures + code);
    if (code === 0x7f) return '\u2421';
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}
