/** Control, format (bidi, zero-width, tags), line and paragraph separators, private use, lone surrogates. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/**
 * Text from outside as one line that shows everything in it: no terminal code, bidi control or line break of its
 * own is left. A line break becomes `↵`, a tab a space, any other unseen character its code point (`‹U+001B›`).
 */
export function visible(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(unseen, (character) => {
    if (character === '\n') return ' ↵ ';
    if (character === '\t') return ' ';
    const point = character.codePointAt(0) ?? 0;
    return `‹U+${point.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** The text, cut to so many characters (code points), the last of them `…` where something is missing. */
export function cut(text: string, length: number): string {
  const points = Array.from(text);
  return points.length <= length ? text : `${points.slice(0, Math.max(0, length - 1)).join('')}…`;
}

/** The end of a text, in whole lines: half a secret at its beginning would be known to nobody. */
export function cutBefore(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.slice(-length);
  return `…\n${end.slice(end.indexOf('\n') + 1 || length)}`;
}
