/**
 * Each gives the place behind the closing character; one behind the text's end where nothing closes it, so that
 * the inside is always `slice(from, end - 1)`.
 */

export function closingQuote(text: string, from: number): number {
  const at = text.indexOf("'", from);
  return at === -1 ? text.length + 1 : at + 1;
}

export function closingBacktick(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === '`') return at + 1;
  }
  return text.length + 1;
}

/** Parentheses in quotes don't count; `case` patterns without an opening one do, and cut the inside short. */
export function closingParenthesis(text: string, from: number): number {
  let depth = 1;
  let doubled = false;
  for (let at = from; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '\\') at++;
    else if (c === '"') doubled = !doubled;
    else if (doubled) continue;
    else if (c === "'") at = closingQuote(text, at + 1) - 1;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return at + 1;
  }
  return text.length + 1;
}
