import { lex, type Token } from './lexer.js';

/** A statement without its semicolon; it has one token at least. */
export type Statement = readonly Token[];

const routine = /^create (?:or replace )?(?:function|procedure) /;

/** Whether a semicolon ends the statement: not in parentheses (a rule's), nor in the body of a routine in SQL itself. */
class Ends {
  #parentheses = 0;
  #blocks = 0;
  #words = '';

  at({ type, value }: Token): boolean {
    if (type === 'word') this.#word(value);
    if (type !== 'other') return type === 'line';
    if (value === '(') this.#parentheses += 1;
    if (value === ')') this.#parentheses = Math.max(0, this.#parentheses - 1);
    return value === ';' && this.#parentheses === 0 && this.#blocks === 0;
  }

  #word(word: string): void {
    if (this.#words.length < 60) this.#words += `${word} `;
    if (this.#parentheses > 0 || !routine.test(this.#words)) return;
    if (word === 'begin' || (word === 'case' && this.#blocks > 0)) this.#blocks += 1;
    else if (word === 'end' && this.#blocks > 0) this.#blocks -= 1;
  }
}

/** The statements of a script, told apart as psql does (psqlscan.l). A semicolon behind nothing ends none. */
export function* splitStatements(script: string): Generator<Statement, undefined> {
  let [ends, tokens]: [Ends, Token[]] = [new Ends(), []];
  for (const token of lex(script)) {
    const over = ends.at(token);
    if (!over || token.type === 'line') tokens.push(token);
    if (!over) continue;
    if (tokens.length > 0) yield tokens;
    [ends, tokens] = [new Ends(), []];
  }
  if (tokens.length > 0) yield tokens;
}

/** A statement for patterns: its words in upper case and its signs, one space between, nothing of what is quoted. */
export const wording = (statement: Statement): string =>
  statement
    .map(({ type, value }) => (type === 'name' ? '""' : type === 'text' ? "''" : value.toUpperCase()))
    .join(' ');
