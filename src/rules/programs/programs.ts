import type { Argument, Invocation } from './code.js';
import { baseName, innerProgram } from './shell/wrappers.js';
import type { Simple } from './shell/syntax.js';

/** The program that a simple command comes to in the end: `sudo -u x timeout 5 psql` is psql. */
export function programOf({ words }: Simple): readonly string[] {
  let texts = words.map((word) => word.text);
  for (let inner = innerProgram(texts); inner !== null && !inner.shell; inner = innerProgram(texts))
    texts = texts.slice(inner.at);
  return texts.map((text, index) => (index === 0 ? baseName(text) : text));
}

/** Nothing makes these fail, whatever they are given on their standard input. */
const filters = new Set(
  'cat column cut fmt fold head less more nl od paste rev sort tac tail tee tr uniq wc xxd logger md5sum sha256sum base64 gzip pigz bzip2 xz zstd gpg openssl age'.split(
    ' ',
  ),
);
const said = new Set(['echo', 'printf', 'true', ':']);

/** It says or does nothing that could go wrong. */
export const alwaysSucceeds = ([program = '', first]: readonly string[]): boolean =>
  said.has(program) || ((program === 'exit' || program === 'return') && first === '0');

/** As the last of a pipeline it hides that the others failed. */
export function noticesNothing(words: readonly string[]): boolean {
  const [program = '', ...rest] = words;
  if (program === 'awk' || program === 'gawk') return !rest.some((word) => /\bexit\b/.test(word));
  if (program === 'sed') return !rest.some((word) => /\b[qQ][0-9]/.test(word));
  return filters.has(program) || alwaysSucceeds(words);
}

export const interpreters =
  /^(?:sh|bash|dash|ash|ksh|mksh|zsh|python[0-9.]*|perl|ruby|node|php|lua|Rscript)$/;
export const shells = /^(?:sh|bash|dash|ash|ksh|mksh|zsh)$/;

/** Its subcommand, past the options that stand before it: `docker --context x volume rm` → `volume rm`. */
export function subcommandOf({ words }: Invocation): string {
  const rest = words.slice(1).map((word) => word.text);
  const from = rest.findIndex((word) => /^[a-z]/.test(word));
  const [first = '', second = ''] = from === -1 ? [] : rest.slice(from);
  return /^(?:container|image|volume|network|system|builder|compose|context)$/.test(first)
    ? `${first} ${second}`
    : first;
}

/** Words that aren't options, without the program itself. */
export const operandsOf = ({ words }: Invocation): readonly Argument[] =>
  words.slice(1).filter((word) => !word.text.startsWith('-'));

export const hasWord = ({ words }: Invocation, pattern: RegExp): boolean =>
  words.slice(1).some((word) => pattern.test(word.text));
