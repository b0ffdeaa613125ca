/**
 * Control, format (bidi, zero-width, tags), line and paragraph separators, private use, lone surrogates; what no text
 * holds (U+FFFE, which XML forbids); letters and marks without a form, but for the two that choose an emoji's.
 */
export const unseen =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/gu;

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

/** JSON for a person's terminal: what can't be seen stands as its escape, and the value is the same. */
export const visibleJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(unseen, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => {
          const unit = character.charCodeAt(at).toString(16);
          return `\\u${unit.padStart(4, '0')}`;
        }).join(''),
  );

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
