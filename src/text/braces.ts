/** A piece of a text: literal, or the span of an expression between its braces. */
type Piece = { readonly literal: string } | { readonly from: number; readonly to: number };

export interface Unterminated {
  /** Of the opening braces, in the value. */
  readonly offset: number;
}

/** Splits `a ${{ b }} c`. Braces and quotes inside an expression are counted, so maps and texts may hold `}}`. */
export function splitText(value: string): readonly Piece[] | Unterminated {
  const pieces: Piece[] = [];
  let done = 0;
  for (let open = value.indexOf('${{'); open !== -1; open = value.indexOf('${{', done)) {
    const end = endOfExpression(value, open + 3);
    if (end === null) return { offset: open };
    if (open > done) pieces.push({ literal: value.slice(done, open) });
    pieces.push({ from: open + 3, to: end });
    done = end + 2;
  }
  if (done < value.length) pieces.push({ literal: value.slice(done) });
  return pieces;
}

function endOfExpression(value: string, start: number): number | null {
  let depth = 0;
  let quote = '';
  for (let i = start; i < value.length; i++) {
    const c = value.charAt(i);
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '{') depth++;
    else if (c === '}' && depth > 0) depth--;
    else if (c === '}' && value.charAt(i + 1) === '}') return i;
  }
  return null;
}

/**
 * A sentence with its expressions said otherwise. Where quotes don't pair (a sentence quotes whole words, or is cut)
 * the first closing braces end one.
 */
export function sayExpressions(sentence: string, said: (source: string) => string): string {
  let made = '';
  let done = 0;
  let from = 0;
  for (let open = sentence.indexOf('${{'); open !== -1; open = sentence.indexOf('${{', from)) {
    from = open + 3;
    // Literal braces, of a data file say: no expression.
    if (sentence.charAt(open - 1) === '\\') continue;
    const paired = endOfExpression(sentence, open + 3);
    const isWhole = paired !== null && !sentence.slice(open + 3, paired).includes('${{');
    const end = isWhole ? paired : sentence.indexOf('}}', open + 3);
    if (end === -1) break;
    made += sentence.slice(done, open) + said(sentence.slice(open + 3, end).trim());
    from = done = end + 2;
  }
  return made + sentence.slice(done);
}

export const isUnterminated = (x: readonly Piece[] | Unterminated): x is Unterminated => 'offset' in x;
