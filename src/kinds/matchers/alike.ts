import type { Value } from '../../base/value.js';
import { field, isList, isMap } from '../../base/value.js';
import { visible } from '../../base/visible.js';
import { grouped } from '../../base/words.js';
import type { PathSegment } from '../../model/matcher.js';
import { showPath } from '../../model/path.js';
import { equal, isNumber } from './compare.js';
import { article, typeName } from './verdict.js';
import { valueWords } from './words.js';

/**
 * Where two values differ that read alike: null and the text "null", a space at the end, a size that was rounded, what
 * was cut off. Undefined where a reader sees the difference in the words of both.
 */
export function unlikeness(
  observed: Value,
  expected: Value,
  path: readonly PathSegment[] = [],
): string | undefined {
  if (asRead(observed, path) !== asRead(expected, path)) return undefined;
  const { at, ...pair } = firstUnequal(observed, expected, []);
  return `${at.length === 0 ? '' : `${showPath(at)}: `}${leafWords(pair.observed, pair.expected)}`;
}

/** Markdown and HTML make one space of many, and of a letter and its accent one form. */
const asRead = (value: Value, path: readonly PathSegment[]): string =>
  valueWords(value, path).replace(/\s+/g, ' ').trim().normalize('NFC');

interface Pair {
  readonly at: readonly PathSegment[];
  readonly observed: Value | undefined;
  readonly expected: Value | undefined;
}

function firstUnequal(observed: Value, expected: Value, at: readonly PathSegment[]): Pair {
  const steps =
    isList(observed) && isList(expected)
      ? Array.from({ length: Math.max(observed.length, expected.length) }, (_, index) => index)
      : isMap(observed) && isMap(expected)
        ? [...new Set([...Object.keys(observed), ...Object.keys(expected)])]
        : [];
  for (const step of steps) {
    const [one, other] = [below(observed, step), below(expected, step)];
    if (one === undefined || other === undefined)
      return { at: [...at, step], observed: one, expected: other };
    if (!equal(one, other)) return firstUnequal(one, other, [...at, step]);
  }
  return { at, observed, expected };
}

function below(value: Value, step: PathSegment): Value | undefined {
  if (isList(value)) return typeof step === 'number' ? value[step] : undefined;
  return isMap(value) ? field(value, String(step)) : undefined;
}

function leafWords(observed: Value | undefined, expected: Value | undefined): string {
  if (typeof observed === 'string' && typeof expected === 'string') {
    const [have, want] = [Array.from(observed), Array.from(expected)];
    const differs = have.findIndex((character, index) => character !== want[index]);
    const index = differs === -1 ? have.length : differs;
    return `character ${grouped(index + 1)}: expected ${characterName(want[index])}, observed ${characterName(have[index])}`;
  }
  return `expected ${kindWords(expected)}, observed ${kindWords(observed)}`;
}

function kindWords(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  if (isNumber(value)) return `exactly ${grouped(value)}`;
  return typeof value === 'string' ? 'a text' : article(typeName(value));
}

const names = new Map([
  [' ', 'a space'],
  ['\t', 'a tab'],
  ['\n', 'a line break'],
]);

function characterName(character: string | undefined): string {
  if (character === undefined) return 'the end';
  const name = names.get(character);
  if (name !== undefined) return name;
  if (!/[\s\p{M}]/u.test(character)) return visible(character);
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
