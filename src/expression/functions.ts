import type { Environment } from '@marcbachmann/cel-js';
import { grouped, shortFingerprint, size } from '../base/words.js';
import type { Shape } from '../model/shape.js';
import { ExpressionFailure } from './failure.js';
import { compilePattern } from '../text/pattern.js';
import { registerTextFunctions } from './text-functions.js';
import { celToJson } from './values.js';

/** One form of a function: what it takes, what it gives. A method has a receiver. */
export interface FunctionForm {
  readonly name: string;
  readonly receiver?: Shape;
  readonly parameters: readonly Shape[];
  readonly result: Shape;
  readonly doc: string;
}

const list: Shape = { list: 'any' };
const map: Shape = { map: 'any' };
const words: Shape = { list: 'string' };

const call = (name: string, parameters: readonly Shape[], result: Shape, doc: string): FunctionForm => ({
  name,
  parameters,
  result,
  doc,
});
const methodsOf = (receiver: Shape, ...forms: readonly FunctionForm[]): FunctionForm[] =>
  forms.map((form) => ({ ...form, receiver }));

/**
 * Every function of the language; what isn't here is refused, also where the library knows it (bytes,
 * timestamps and durations have no place among a run's values: times are ISO 8601 text, which sorts).
 */
export const functions: readonly FunctionForm[] = [
  ...[list, map, 'string' as const].flatMap((shape) => [
    call('size', [shape], 'int', 'the number of elements, entries or characters'),
    ...methodsOf(shape, call('size', [], 'int', 'the number of elements, entries or characters')),
  ]),
  ...(['string', 'int', 'double', 'bool'] as const).map((shape) =>
    call('string', [shape], 'string', 'as text'),
  ),
  ...(['int', 'double', 'string'] as const).flatMap((shape) => [
    call('int', [shape], 'int', 'as an integer; digits are exact, a fraction is cut off'),
    call('double', [shape], 'double', 'as a floating point number'),
  ]),
  ...(['bool', 'string'] as const).map((shape) => call('bool', [shape], 'bool', 'as true or false')),
  call('dyn', ['any'], 'any', 'the same value, its type not checked'),
  ...methodsOf(
    'string',
    call('contains', ['string'], 'bool', 'whether the text occurs in it'),
    call('startsWith', ['string'], 'bool', 'whether it begins with the text'),
    call('endsWith', ['string'], 'bool', 'whether it ends with the text'),
    call('matches', ['string'], 'bool', 'whether the RE2 pattern occurs in it; ^ and $ anchor'),
    call('lowerAscii', [], 'string', 'in lower case'),
    call('upperAscii', [], 'string', 'in upper case'),
    call('trim', [], 'string', 'without white space at both ends'),
    call('indexOf', ['string'], 'int', 'where the text occurs first, or -1'),
    call('lastIndexOf', ['string'], 'int', 'where the text occurs last, or -1'),
    call('substring', ['int'], 'string', 'from this character to the end'),
    call('substring', ['int', 'int'], 'string', 'from this character up to that one'),
    call('split', ['string'], words, 'its parts between the separators'),
  ),
  ...methodsOf(
    words,
    call('join', [], 'string', 'the texts, one after the other'),
    call('join', ['string'], 'string', 'the texts, with a separator between'),
  ),
  call('sum', [{ list: 'int' }], 'int', 'the sum of integers; 0 of none'),
  call('human_bytes', ['int'], 'string', 'a size for people: 41.2 MB'),
  call('grouped', ['int'], 'string', 'an integer for people: 1,234,567'),
  call(
    'short',
    ['string'],
    'string',
    'a digest or fingerprint for people: its first and last four characters',
  ),
  call('json', ['any'], 'string', 'as compact JSON'),
];

/** Macros bind a name for each element, so that the check handles them by hand. */
export const macros = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;

/** For the reference page; a function stands there once for each of its forms. */
export const functionDocs: readonly { readonly name: string; readonly doc: string }[] = [
  { name: 'has', doc: 'has(x.y): whether the field is there; an absent output has none' },
  ...macros.map((name) => ({ name, doc: `list.${name}(x, …): x stands for each element in turn` })),
  ...functions.map(({ name, doc }) => ({ name, doc })),
];

const MAX_TEXT_LENGTH = 1024 * 1024;

/**
 * The library's `matches` is JavaScript's RegExp, its `join` unbounded, the positions of the others in UTF-16;
 * expressions are sent to these.
 */
export const replaced: Readonly<Record<string, string>> = {
  matches: 'gatebookMatches',
  join: 'gatebookJoin',
  indexOf: 'gatebookIndexOf',
  lastIndexOf: 'gatebookLastIndexOf',
  substring: 'gatebookSubstring',
  split: 'gatebookSplit',
};

/** Adds what is ours to the library's environment. */
export function registerFunctions(environment: Environment): Environment {
  return registerTextFunctions(environment)
    .registerFunction('string.gatebookMatches(string): bool', (text: string, source: string) => {
      const pattern = compilePattern(source);
      if (!pattern.ok) throw new ExpressionFailure('EXPRESSION_FAILED', `bad pattern: ${pattern.error}`);
      return pattern.value.test(text);
    })
    .registerFunction('list.gatebookJoin(): string', (items: readonly unknown[]) => join(items, ''))
    .registerFunction('list.gatebookJoin(string): string', join)
    .registerFunction('sum(list): int', (items: readonly unknown[]) => items.reduce<bigint>(add, 0n))
    .registerFunction('human_bytes(int): string', (bytes: bigint) => size(Number(bytes)))
    .registerFunction('grouped(int): string', (value: bigint) => grouped(value))
    .registerFunction('short(string): string', shorten)
    .registerFunction('json(dyn): string', celToJson);
}

function join(items: readonly unknown[], separator: string): string {
  let length = 0;
  for (const item of items) {
    if (typeof item !== 'string')
      throw new ExpressionFailure(
        'EXPRESSION_TYPE',
        'join takes a list of texts; write list.map(x, string(x))',
      );
    length += item.length + separator.length;
    if (length > MAX_TEXT_LENGTH)
      throw new ExpressionFailure('EXPRESSION_LIMIT', 'the joined text is longer than 1 MiB');
  }
  return items.join(separator);
}

function add(total: bigint, item: unknown): bigint {
  if (typeof item !== 'bigint')
    throw new ExpressionFailure('EXPRESSION_TYPE', 'sum takes a list of integers');
  return total + item;
}

const shorten = (text: string): string => shortFingerprint(text.replace(/^sha256:/, ''));
