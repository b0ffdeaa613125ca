/**
 * A lexical unit of SQL. `name` is a quoted identifier as the catalog has it; `word` a bare one, folded to lower case;
 * `text` a constant in quotes or dollars, as written; `line` one of psql's own (`\restrict …`); `other` a character.
 */
export interface Token {
  readonly type: 'word' | 'name' | 'text' | 'line' | 'other';
  readonly value: string;
  /** Where it begins in the script. */
  readonly start: number;
}

// Name, text, mark of a dollar quote, word, line of psql, any other character. What isn't closed goes on to the end.
const lexeme = new RegExp(
  [
    String.raw`(?:--[^\r\n]*|[\s\uFEFF]+)`,
    String.raw`"([^"]*(?:""[^"]*)*)(?:"|$)`,
    String.raw`([eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*(?:'|\\?$)|'[^']*(?:''[^']*)*(?:'|$))`,
    String.raw`(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(\\[^\n]*)`,
    String.raw`([^])`,
  ].join('|'),
  'y',
);

/** The tokens, without white space and comments (PostgreSQL docs, 4.1). In linear time for any text. */
export function* lex(script: string): Generator<Token, undefined> {
  let at = 0;
  while (at < script.length) {
    const start = at;
    if (script.startsWith('/*', at)) {
      at = afterComment(script, at);
      continue;
    }
    lexeme.lastIndex = at;
    const [whole = '', name, text, dollar, word, line, other] = lexeme.exec(script) ?? [];
    at += whole.length;
    if (name !== undefined) yield { type: 'name', value: name.replaceAll('""', '"'), start };
    else if (text !== undefined) yield { type: 'text', value: text, start };
    else if (word !== undefined) yield { type: 'word', value: word.toLowerCase(), start };
    else if (line !== undefined) yield { type: 'line', value: line, start };
    else if (other !== undefined) yield { type: 'other', value: other, start };
    else if (dollar !== undefined) {
      const end = script.indexOf(dollar, at);
      at = end < 0 ? script.length : end + dollar.length;
      yield { type: 'text', value: script.slice(start, at), start };
    }
  }
}

/** The end of a comment, which may hold others. */
function afterComment(script: string, start: number): number {
  let [depth, at] = [1, start + 2];
  while (depth > 0 && at < script.length) {
    if (script.startsWith('/*', at)) [depth, at] = [depth + 1, at + 2];
    else if (script.startsWith('*/', at)) [depth, at] = [depth - 1, at + 2];
    else at += 1;
  }
  return at;
}
