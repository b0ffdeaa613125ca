import type { Environment } from '@marcbachmann/cel-js';
import { ExpressionFailure } from './failure.js';

/**
 * Positions in a text are those of its characters (code points), as in `size` and in CEL; the library's own are of
 * UTF-16 code units, which cut a character beyond the first plane in half.
 */
export function registerTextFunctions(environment: Environment): Environment {
  return environment
    .registerFunction('string.gatebookIndexOf(string): int', (text: string, part: string) =>
      characterAt(text, text.indexOf(part)),
    )
    .registerFunction('string.gatebookLastIndexOf(string): int', (text: string, part: string) =>
      characterAt(text, text.lastIndexOf(part)),
    )
    .registerFunction('string.gatebookSubstring(int): string', (text: string, from: bigint) =>
      substring(text, from, null),
    )
    .registerFunction('string.gatebookSubstring(int, int): string', substring)
    .registerFunction('string.gatebookSplit(string): list<string>', (text: string, separator: string) =>
      separator === '' ? Array.from(text) : text.split(separator),
    );
}

/** How many characters stand before this code unit; -1 stays. */
const characterAt = (text: string, unit: number): bigint =>
  BigInt(unit < 0 ? unit : Array.from(text.slice(0, unit)).length);

/** Walks no further than asked for: a loop may look at the beginning of one long text for each of its items. */
function substring(text: string, from: bigint, to: bigint | null): string {
  const start = from < 0n ? undefined : unitBehind(text, 0, Number(from));
  if (start !== undefined && to === null) return text.slice(start);
  const end =
    start === undefined || to === null || to < from ? undefined : unitBehind(text, start, Number(to - from));
  if (end !== undefined) return text.slice(start, end);
  throw new ExpressionFailure(
    'EXPRESSION_FAILED',
    `substring(${from}${to === null ? '' : `, ${to}`}) of a text of ${Array.from(text).length} characters`,
  );
}

/** The code unit behind so many characters; undefined where the text has fewer. */
function unitBehind(text: string, from: number, characters: number): number | undefined {
  let unit = from;
  for (let left = characters; left > 0; left--) {
    const character = text.codePointAt(unit);
    if (character === undefined) return undefined;
    unit += character > 0xffff ? 2 : 1;
  }
  return unit;
}
