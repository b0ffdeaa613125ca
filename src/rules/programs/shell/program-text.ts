import { shellScriptIndex } from '../../../kinds/shell.js';
import { textGiven } from './interpreter.js';
import { baseName, innerWords, runBy } from './wrappers.js';

/** Programs beside the shells that take a program's text: after which option, or in the same word. */
const takers: readonly { readonly name: RegExp; readonly option: RegExp; readonly joined?: RegExp }[] = [
  { name: /^python[0-9.]*$/, option: /^-[A-Za-z]*c$/ },
  { name: /^psql$/, option: /^(?:-[A-Za-z0-9]*c|--command)$/, joined: /^--command=/ },
  { name: /^(?:perl|ruby|lua)$/, option: /^-[A-Za-z]*[eE]$/ },
  { name: /^node$/, option: /^(?:-[a-z]*[ep]|--eval|--print)$/, joined: /^--(?:eval|print)=/ },
  { name: /^php$/, option: /^-[rBRE]$/ },
];
/** What these read on their standard input, they run, unless they are given a file. */
const readers = /^(?:(?:ba|da|a|k|mk|z|fi)?sh|busybox|python[0-9.]*|perl|ruby|lua|node|php|psql|ssh|su)$/;

/** Where the text stands that a program is given to run. */
export interface ProgramText {
  readonly words: readonly number[];
  readonly stdin: boolean;
}

/** What an argv has run as code, through `env`, `sudo`, `docker exec` and their like. */
export function programText(argv: readonly unknown[]): ProgramText {
  let own: readonly string[] = argv.map((word) => (typeof word === 'string' ? word : ''));
  let at = 0;
  for (let inner = runBy(own); inner !== null; inner = runBy(own)) {
    at += inner.at;
    // What ssh hands over is joined, and read by a shell there.
    if (inner.shell) return { words: [...argv.keys()].slice(at), stdin: false };
    own = innerWords(own, inner);
  }
  const script = shellScriptIndex(own) ?? textGiven(own)?.index ?? null;
  const texts = script === null ? optionTexts(own) : [script];
  return { words: texts.map((i) => at + i), stdin: texts.length === 0 && readsProgram(own) };
}

function optionTexts(words: readonly string[]): readonly number[] {
  const taker = takers.find(({ name }) => name.test(baseName(words[0] ?? '')));
  if (taker === undefined) return [];
  return [...words.keys()].filter(
    (i) => i > 0 && (taker.option.test(words[i - 1] ?? '') || taker.joined?.test(words[i] ?? '') === true),
  );
}

/** `set -o pipefail` as an option of the shell itself: `bash -euo pipefail x.sh`. */
export const takesOption = /^[-+][A-Za-z]*[oO]$/;

/** Whether it runs what it reads on its standard input. */
export function readsProgram([first = '', ...rest]: readonly string[]): boolean {
  const name = baseName(first);
  if (!readers.test(name)) return false;
  // Its operands are a database, a host, a user.
  if (name === 'ssh' || name === 'su') return true;
  if (name === 'psql')
    return !rest.some((word, i) => /^(?:-[A-Za-z0-9]*f|--file)/.test(word) && rest[i + 1] !== '-');
  if (name.endsWith('sh') && rest.some((word) => /^-[A-Za-z]*s$/.test(word))) return true;
  const file = rest.find(
    (word, i) => word === '-' || !(/^[-+]/.test(word) || takesOption.test(rest[i - 1] ?? '')),
  );
  return file === undefined || file === '-';
}
