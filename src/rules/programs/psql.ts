import type { Argument } from './code.js';

/** An option of psql by its letter; of a value that is joined to it (`-fx.sql`) only that part. */
export interface PsqlOption {
  readonly letter: string;
  readonly value: Argument | undefined;
}

const long: ReadonlyMap<string, string> = new Map([
  ['command', 'c'],
  ['file', 'f'],
  ['list', 'l'],
  ['version', 'V'],
  ['help', '?'],
  ['set', 'v'],
  ['variable', 'v'],
]);
const withValue = new Set('cdfFhLopPRTUv');

/** psql's options as it reads them itself: in `-Ujosef` stands a user, and no `-f`. */
export function psqlOptions(words: readonly Argument[]): readonly PsqlOption[] {
  const found: PsqlOption[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i];
    if (word === undefined || word.text === '--') break;
    const [, name, joined] = /^--([a-z-]+)(?:=([^]*))?$/.exec(word.text) ?? [];
    if (name !== undefined) {
      const letter = long.get(name) ?? '';
      const value = joined === undefined ? words[i + 1] : { ...word, text: joined };
      found.push({ letter, value });
      if (joined === undefined && withValue.has(letter)) i++;
    } else if (/^-[^-]/.test(word.text)) {
      if (cluster(word, words[i + 1], found)) i++;
    }
  }
  return found;
}

/** `-XAtf x`; whether the word that follows belongs to it. */
function cluster(word: Argument, next: Argument | undefined, found: PsqlOption[]): boolean {
  for (let at = 1; at < word.text.length; at++) {
    const letter = word.text.charAt(at);
    const joined = word.text.slice(at + 1);
    if (!withValue.has(letter)) {
      found.push({ letter, value: undefined });
      continue;
    }
    found.push({ letter, value: joined === '' ? next : { ...word, text: joined } });
    return joined === '';
  }
  return false;
}
