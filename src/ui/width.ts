/** East Asian wide and fullwidth blocks (Unicode UAX #11) and emoji: two columns each. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const zero = /^[\p{Mn}\p{Me}\u200d\ufe0f]$/u;

const columnsOf = (character: string): number => (zero.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** Columns that a terminal takes for the text; combining marks take none. */
export const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + columnsOf(character), 0);

/** As wide as a terminal is; one that nobody told its size (`docker exec -t`, `script`) says 0. */
export const widthOfScreen = ({ columns = 0 }: { readonly columns?: number | undefined }): number =>
  columns > 0 ? columns : 80;

/** The text in at most so many columns, its last one `…` where something is missing. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let shown = '';
  let used = 0;
  for (const character of text) {
    const next = columnsOf(character);
    if (used + next > columns - 1) break;
    shown += character;
    used += next;
  }
  return columns < 1 ? '' : `${shown}…`;
}

/** The text in exactly so many columns. */
export function padded(text: string, columns: number): string {
  const fitted = fit(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - widthOf(fitted)));
}

/** The text in lines of at most so many columns, broken between words; all but the first are shorter by `hang`. */
export function wrapped(text: string, columns: number, hang: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  for (;;) {
    const space = Math.max(lines.length === 0 ? columns : columns - hang, 20);
    if (widthOf(rest) <= space) return [...lines, rest];
    const most = fit(rest, space + 1).slice(0, -1);
    const blank = most.lastIndexOf(' ');
    // A word that is longer than a line, a path say, is broken where the line ends.
    const isWord = blank <= (lines.length === 0 ? hang : 0);
    lines.push(isWord ? most : most.slice(0, blank));
    rest = isWord ? rest.slice(most.length) : rest.slice(blank + 1);
  }
}
