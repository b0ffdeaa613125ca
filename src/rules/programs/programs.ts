import type { Argument, Invocation } from './code.js';
import { baseName, firstOperand, innerProgram, innerWords } from './shell/wrappers.js';
import type { Simple } from './shell/syntax.js';

/** The program that a simple command comes to in the end: `sudo -u x timeout 5 psql` is psql. */
export function programOf({ words }: Simple): readonly string[] {
  let texts: readonly string[] = words.map((word) => word.text);
  for (let inner = innerProgram(texts); inner !== null && !inner.shell; inner = innerProgram(texts))
    texts = innerWords(texts, inner);
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

/** Options that take a value and stand before a subcommand: skipped with it. */
const docker = /^(?:-[cHl]|--(?:context|host|log-level|config|tlscacert|tlscert|tlskey|url|connection))$/;
const compose =
  /^(?:-[fpcH]|--(?:file|project-name|project-directory|profile|env-file|parallel|progress|ansi|context|host))$/;
const ownOptions: ReadonlyMap<string, RegExp> = new Map([
  ['docker', docker],
  ['podman', docker],
  ['nerdctl', docker],
  ['docker-compose', compose],
  [
    'kubectl',
    /^(?:-[ns]|--(?:namespace|context|cluster|user|kubeconfig|server|token|as|as-group|request-timeout))$/,
  ],
  ['git', /^(?:-[Cc]|--(?:git-dir|work-tree|namespace|exec-path))$/],
  ['systemctl', /^(?:-[HMtpnos]|--(?:host|machine|type|state|property|lines|output|signal|root))$/],
]);
/** Words that another one belongs to: `volume rm`. */
const groups = /^(?:container|image|volume|network|system|builder|buildx|compose|context)$/;

/** Its subcommand, past the options that stand before it: `docker --context x volume rm` → `volume rm`. */
export const subcommandOf = ({ program, words }: Invocation): string =>
  subcommandIn(
    program,
    words.map((word) => word.text),
  );

export function subcommandIn(program: string, texts: readonly string[]): string {
  const at = firstOperand(texts, 1, ownOptions.get(program));
  const first = texts[at] ?? '';
  if (!groups.test(first)) return first;
  const second = texts[firstOperand(texts, at + 1, first === 'compose' ? compose : undefined)];
  return `${first} ${second ?? ''}`;
}

/** Words that aren't options, without the program itself. */
export const operandsOf = ({ words }: Invocation): readonly Argument[] =>
  words.slice(1).filter((word) => !word.text.startsWith('-'));

export const hasWord = ({ words }: Invocation, pattern: RegExp): boolean =>
  words.slice(1).some((word) => pattern.test(word.text));
