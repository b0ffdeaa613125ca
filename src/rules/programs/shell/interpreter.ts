import type { Script } from './syntax.js';
import { baseName } from './wrappers.js';

/** `#!/usr/bin/env -S bash -e` → `bash -e`. */
export function shebang(text: string): readonly string[] {
  const words = /^#!\s*(.*)/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const bare = words.map((word, index) => (index === 0 ? baseName(word) : word));
  return bare[0] === 'env' ? bare.slice(bare[1] === '-S' ? 2 : 1) : bare;
}

export const isShell = ([program = '']: readonly string[]): boolean =>
  /^(?:sh|bash|dash|ash|ksh|mksh|zsh)$/.test(baseName(program));

/** `su - postgres -c TEXT`, and runuser, which is called alike. */
export function suTextIndex(words: readonly string[]): number | null {
  const at = words.findIndex((word) => word === '-c' || word === '--command');
  return /^(?:su|runuser)$/.test(baseName(words[0] ?? '')) && at !== -1 && at + 1 < words.length
    ? at + 1
    : null;
}

const letters = { errexit: /^-[A-Za-z]*e/, pipefail: /(?!)/ } as const;

/** Whether a shell stops at a failure, by its own options or by what it sets. */
export function has(script: Script, program: readonly string[], option: 'errexit' | 'pipefail'): boolean {
  const says = (words: readonly string[]): boolean =>
    words.some(
      (word, i) =>
        letters[option].test(word) || (word === option && /^-[A-Za-z]*o$/.test(words[i - 1] ?? '')),
    );
  if (isShell(program) && says(program.slice(1))) return true;
  return script.pipelines.some(
    ({ members: [first] }) =>
      first?.words[0]?.text === 'set' && says(first.words.slice(1).map((word) => word.text)),
  );
}
