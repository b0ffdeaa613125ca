/** Tokens of SQL in which a semicolon or a parenthesis means nothing, and the words (PostgreSQL docs, 4.1). */
const token = new RegExp(
  [
    String.raw`--[^\r\n]*`,
    // What isn't closed goes on to the end.
    String.raw`[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*(?:'|\\?$)`,
    String.raw`'[^']*(?:'|$)`,
    String.raw`"[^"]*(?:"|$)`,
    String.raw`\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$`,
    String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`[^]`,
  ].join('|'),
  'y',
);

/** The end of a comment, which may hold others. */
function afterComment(text: string, start: number): number {
  let [depth, at] = [1, start + 2];
  while (depth > 0 && at < text.length) {
    if (text.startsWith('/*', at)) [depth, at] = [depth + 1, at + 2];
    else if (text.startsWith('*/', at)) [depth, at] = [depth - 1, at + 2];
    else at += 1;
  }
  return at;
}

function afterDollarQuote(text: string, mark: string, start: number): number {
  const end = text.indexOf(mark, start);
  return end < 0 ? text.length : end + mark.length;
}

const routine = /^create (?:or replace )?(?:function|procedure)\b/;

/** Whether a semicolon ends the statement: not in parentheses (a rule's), nor in the body of a routine in SQL itself. */
class Statement {
  #parentheses = 0;
  #blocks = 0;
  #words = '';

  word(text: string): void {
    const word = text.toLowerCase();
    if (this.#words.length < 60) this.#words += `${word} `;
    if (this.#parentheses > 0 || !routine.test(this.#words)) return;
    if (word === 'begin' || (word === 'case' && this.#blocks > 0)) this.#blocks += 1;
    else if (word === 'end' && this.#blocks > 0) this.#blocks -= 1;
  }

  sign(text: string): void {
    if (text === '(') this.#parentheses += 1;
    else if (text === ')') this.#parentheses = Math.max(0, this.#parentheses - 1);
  }

  endsAt(text: string): boolean {
    return text === ';' && this.#parentheses === 0 && this.#blocks === 0;
  }
}

/** Where a second statement begins, as psql tells them apart (psqlscan.l); undefined where there is one at most. */
export function secondStatement(text: string): number | undefined {
  const statement = new Statement();
  let [begun, ended] = [false, false];
  for (let at = 0; at < text.length;) {
    if (text.startsWith('/*', at)) {
      at = afterComment(text, at);
      continue;
    }
    token.lastIndex = at;
    const found = token.exec(text)?.[0] ?? '';
    const start = at;
    at += found.length;
    if (/^(?:--|[\s\uFEFF])/.test(found)) continue;
    if (statement.endsAt(found)) {
      ended = begun;
      continue;
    }
    if (ended) return start;
    begun = true;
    if (/^\$(?:\$|[^0-9])/.test(found)) at = afterDollarQuote(text, found, at);
    else if (/^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(found)) statement.word(found);
    else statement.sign(found);
  }
  return undefined;
}
