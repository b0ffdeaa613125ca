import type { Script } from './syntax.js';
import { baseName, firstOperand, splitString } from './wrappers.js';

/** `#!/usr/bin/env -S bash -e` → `bash -e`. */
export function shebang(text: string): readonly string[] {
  const words = /^#!\s*(.*)/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const bare = words.map((word, index) => (index === 0 ? baseName(word) : word));
  return bare[0] === 'env' ? bare.slice(bare[1] === '-S' ? 2 : 1) : bare;
}

export const isShell = ([program = '']: readonly string[]): boolean =>
  /^(?:sh|bash|dash|ash|ksh|mksh|zsh)$/.test(baseName(program));

/** Which word is text that is read as a shell's, and where in it that begins. */
export interface TextGiven {
  readonly index: number;
  readonly from: number;
}

/** `su - postgres -c TEXT`, and runuser, which is called alike; `env -S TEXT`. */
export function textGiven(words: readonly string[]): TextGiven | null {
  const name = baseName(words[0] ?? '');
  const option = name === 'env' ? splitString : /^(?:su|runuser)$/.test(name) ? suCommand : null;
  if (option === null) return null;
  const end = name === 'env' ? firstOperand(words, 1) : words.length;
  const index = words.findIndex((word, i) => i > 0 && i < end && option.test(word));
  const from = option.exec(words[index] ?? '')?.[0].length ?? 0;
  if (from < (words[index] ?? '').length) return { index, from };
  return index === -1 || index + 1 >= words.length ? null : { index: index + 1, from: 0 };
}

const suCommand = /^(?:-c|--(?:session-)?command=?)/;

const letters = { errexit: /^-[A-Za-z]*e/, pipefail: /(?!)/ } as const;

type Option = keyof typeof letters;

const says = (option: Option, words: readonly string[]): boolean =>
  words.some(
    (word, i) => letters[option].test(word) || (word === option && /^-[A-Za-z]*o$/.test(words[i - 1] ?? '')),
  );

/** Whether a shell stops at a failure, by its own options or by what it sets. */
export const has = (script: Script, program: readonly string[], option: Option): boolean =>
  (isShell(program) && says(option, program.slice(1))) || isSet(script, option, 0);

/** Whether it is set in that subshell, and not in one around it or inside. */
export const isSet = ({ pipelines }: Script, option: Option, subshell: number): boolean =>
  pipelines.some(
    ({ members: [first], subshell: where }) =>
      where === subshell &&
      first?.words[0]?.text === 'set' &&
      says(
        option,
        first.words.slice(1).map((word) => word.text),
      ),
  );
