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

function substring(text: string, from: bigint, to: bigint | null): string {
  const characters = Array.from(text);
  const end = to ?? BigInt(characters.length);
  if (from < 0n || end > characters.length || from > end)
    throw new ExpressionFailure(
      'EXPRESSION_FAILED',
      `substring(${from}${to === null ? '' : `, ${to}`}) of a text of ${characters.length} characters`,
    );
  return characters.slice(Number(from), Number(end)).join('');
}
