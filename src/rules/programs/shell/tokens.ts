import { closingParenthesis, closingBacktick, closingQuote } from './quoting.js';

/** A stretch of the text that a shell would run on its own: the inside of `$(…)`, `` `…` `` or `<(…)`. */
export interface Body {
  readonly text: string;
  readonly start: number;
}
export interface Word {
  readonly is: 'word';
  /** Without quotes; expansions stand as they are written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A `*`, `?` or `[` outside quotes. */
  readonly glob: boolean;
  /** It holds `$…` or a substitution: what it will be isn't known here. */
  readonly expands: boolean;
  readonly quoted: boolean;
  readonly bodies: readonly Body[];
  /** Of the word behind `<<`: whether the shell expands something in the lines that follow. */
  readonly heredoc?: { readonly expands: boolean };
}
export interface Operator {
  readonly is: 'operator';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
export type Token = Word | Operator;

const operators = /(?:[0-9]{0,3})(?:<<<|<<-?|<>|<&|>>|>&|>\||[<>])|&>>?|&&|\|\||\|&|;;&|;;|;&|[|&;()]|\r?\n/y;
const blank = /(?:[ \t]|\\\r?\n)+/y;
const comment = /#[^\n]*/y;

/**
 * The tokens of a shell's text, POSIX and what bash adds (Shell Command Language, 2.3). A reading for a reviewer,
 * not for execution: what it can't make out it takes as a word, and it never fails.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const heredocs: Heredoc[] = [];
  let at = 0;
  let expected: 'heredoc' | 'indented heredoc' | null = null;
  while (at < text.length) {
    const skipped = match(blank, text, at) ?? (isWordStart(tokens, at) ? match(comment, text, at) : null);
    if (skipped !== null) {
      at += skipped.length;
      continue;
    }
    const operator = operatorAt(text, at, tokens);
    if (operator !== null) {
      const end = at + operator.length;
      tokens.push({ is: 'operator', text: operator === '\r\n' ? '\n' : operator, start: at, end });
      at = end;
      if (operator.endsWith('\n')) for (const h of heredocs.splice(0)) at = afterHeredoc(text, at, h);
      expected = /^\d*<<$/.test(operator) ? 'heredoc' : operator.endsWith('<<-') ? 'indented heredoc' : null;
      continue;
    }
    const word = wordAt(text, at);
    if (expected === null) tokens.push(word);
    else {
      const heredoc = { word, indented: expected !== 'heredoc', expands: false };
      heredocs.push(heredoc);
      tokens.push({ ...word, heredoc });
    }
    expected = null;
    at = word.end;
  }
  return tokens;
}

/** A comment begins where a word could. */
const isWordStart = (tokens: readonly Token[], at: number): boolean => {
  const last = tokens.at(-1);
  return last === undefined || last.is === 'operator' || last.end < at;
};

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** `<(…)` and `>(…)` are parts of words. */
function operatorAt(text: string, at: number, tokens: readonly Token[]): string | null {
  const found = match(operators, text, at);
  if (found === null) return null;
  if (/^[<>]$/.test(found) && text.charAt(at + 1) === '(') return null;
  // `a2>b` is the word a2: only a number that stands alone names a descriptor.
  return /^[0-9]/.test(found) && !isWordStart(tokens, at) ? null : found;
}

interface Heredoc {
  readonly word: Word;
  readonly indented: boolean;
  expands: boolean;
}

/** Behind its last line; what it holds is expanded unless its word is quoted. */
function afterHeredoc(text: string, from: number, heredoc: Heredoc): number {
  const { word, indented } = heredoc;
  let at = from;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const line = text.slice(at, newline === -1 ? undefined : newline).replace(/\r$/, '');
    at = newline === -1 ? text.length : newline + 1;
    if ((indented ? line.replace(/^\t+/, '') : line) === word.text) break;
    heredoc.expands ||= !word.quoted && /[$`]/.test(line);
  }
  return at;
}

/** Where a word ends that stands outside quotes. */
const ends = /[\s;&|<>()]/;

function wordAt(text: string, start: number): Word {
  const word = { text: '', glob: false, expands: false, quoted: false };
  const bodies: Body[] = [];
  let at = start;
  const expansion = (): boolean => {
    const c = text.charAt(at);
    const next = text.charAt(at + 1);
    if (c !== '`' && (c !== '$' || !/[\w({@*#?!$-]/.test(next))) return false;
    word.expands = true;
    let end = at + 1;
    if (c === '`') end = closingBacktick(text, at + 1);
    else if (next === '(') end = closingParenthesis(text, at + 2);
    else if (next === '{') end = closing(text, at + 2, '}');
    if (c === '`') bodies.push({ text: text.slice(at + 1, end - 1), start: at + 1 });
    else if (next === '(' && text.charAt(at + 2) !== '(')
      bodies.push({ text: text.slice(at + 2, end - 1), start: at + 2 });
    word.text += text.slice(at, end);
    at = end;
    return true;
  };
  while (at < text.length) {
    const c = text.charAt(at);
    if (c === '\\') {
      word.text += text.charAt(at + 1);
      word.quoted = true;
      at += 2;
    } else if (c === "'") {
      const end = closingQuote(text, at + 1);
      word.text += text.slice(at + 1, end - 1);
      word.quoted = true;
      at = end;
    } else if (c === '"') {
      word.quoted = true;
      at++;
      while (at < text.length && text.charAt(at) !== '"') {
        if (expansion()) continue;
        const escaped = text.charAt(at) === '\\' && /[$`"\\\n]/.test(text.charAt(at + 1));
        word.text += text.charAt(escaped ? at + 1 : at);
        at += escaped ? 2 : 1;
      }
      at++;
    } else if ((c === '<' || c === '>') && text.charAt(at + 1) === '(') {
      const end = closingParenthesis(text, at + 2);
      bodies.push({ text: text.slice(at + 2, end - 1), start: at + 2 });
      word.text += text.slice(at, end);
      word.expands = true;
      at = end;
    } else if (c === '(' && /^[A-Za-z_]\w*\+?=$/.test(word.text)) {
      const end = closingParenthesis(text, at + 1);
      word.text += text.slice(at, end);
      at = end;
    } else if (ends.test(c) && at > start) break;
    else if (!expansion()) {
      if (c === '*' || c === '?' || c === '[') word.glob = true;
      word.text += c;
      at++;
    }
  }
  const end = Math.min(at, text.length);
  // `[` alone is a program; `$?` and the like are taken by expansion.
  const glob = word.glob && !/^(?:\[|\[\[|\]\]|\])$/.test(word.text);
  return { is: 'word', ...word, glob, start, end, bodies };
}

function closing(text: string, from: number, end: string): number {
  const at = text.indexOf(end, from);
  return at === -1 ? text.length + 1 : at + 1;
}
