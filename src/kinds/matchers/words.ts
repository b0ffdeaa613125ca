import type { Value } from '../../base/value.js';
import { isList, isMap } from '../../base/value.js';
import { cut, visible } from '../../base/visible.js';
import { counted, grouped, listed, size } from '../../base/words.js';
import type { ErrorPattern, Matcher, PathSegment } from '../../model/matcher.js';
import { showPath } from '../../model/path.js';
import type { Template } from '../../model/template.js';
import { isExpression, isTemplateList, isText, showTemplate } from '../../model/template.js';
import { article } from './verdict.js';

const MAX_WORDS = 120;
const MAX_ITEMS = 5;

/** A value as a person reads it; `path` tells sizes from other numbers. */
export function valueWords(value: Value, path: readonly PathSegment[] = []): string {
  if (typeof value === 'string') return textWords(value);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint' || typeof value === 'number') return numberWords(value, path);
  if (isList(value)) {
    if (value.length === 0) return 'none';
    // A record has many fields: beyond two of them a reader wants to know how many there are.
    if (value.length > 2 && value.every(isMap))
      return `${counted(value.length, 'entry', 'entries')}, such as (${valueWords(value[0] ?? null)})`;
    const shown = value.slice(0, MAX_ITEMS).map((item) => valueWords(item));
    if (value.length > MAX_ITEMS) shown.push(`${grouped(value.length - MAX_ITEMS)} more`);
    return cut(listed(shown), MAX_WORDS * 2);
  }
  if (!isMap(value)) return 'nothing';
  const fields = Object.entries(value).map(([key, entry]) => `${visible(key)} ${valueWords(entry, [key])}`);
  if (fields.length === 0) return 'none';
  const rest = fields.length - MAX_ITEMS;
  return cut(`${fields.slice(0, MAX_ITEMS).join(', ')}${rest > 0 ? `, ${rest} more` : ''}`, MAX_WORDS * 2);
}

function textWords(text: string): string {
  if (text === '') return 'an empty text';
  return text.trim() === '' ? 'nothing but white space' : cut(visible(text), MAX_WORDS);
}

const BINARY: readonly string[] = ['KiB', 'MiB', 'GiB', 'TiB'];

function numberWords(value: number | bigint, path: readonly PathSegment[]): string {
  const name = path.findLast((part) => typeof part === 'string');
  if (typeof name !== 'string' || !/(^|_)bytes$/.test(name)) return String(value);
  const bytes = Number(value);
  if (bytes === 0) return '0';
  if (!Number.isSafeInteger(bytes) || bytes < 1024) return `${grouped(value)} B`;
  for (let power = BINARY.length; power > 0; power -= 1) {
    const unit = 1024 ** power;
    if (bytes % unit === 0 && bytes / unit < 10_000)
      return `${grouped(bytes / unit)} ${BINARY[power - 1] ?? ''}`;
  }
  return size(bytes);
}

function templateWords(template: Template, path: readonly PathSegment[]): string {
  const shown = showTemplate(template);
  const open = isExpression(template) || isText(template);
  return open && typeof shown === 'string' ? shown : valueWords(shown, path);
}

const comparisons = {
  equals: '=',
  gt: '>',
  gte: '≥',
  lt: '<',
  lte: '≤',
} as const;

/** What a matcher asks for, without the name of what it looks at: `≥ 1 GiB`, `matches …`. */
export function matcherWords(matcher: Matcher, path: readonly PathSegment[] = []): string {
  switch (matcher.op) {
    case 'equals':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return `${comparisons[matcher.op]} ${templateWords(matcher.operand, path)}`;
    case 'matches':
      return `matches ${templateWords(matcher.operand, path)}`;
    case 'contains':
      return `contains ${templateWords(matcher.operand, path)}`;
    case 'one_of':
      return `is one of ${alternatives(matcher.operand, path)}`;
    case 'contains_all':
      return `contains all of ${templateWords(matcher.operand, path)}${unlessEmpty(matcher.orEmpty)}`;
    case 'set_equals':
      return `is exactly the set ${templateWords(matcher.operand, path)}${unlessEmpty(matcher.orEmpty)}`;
    case 'rows_equal':
      return `equals ${rowsWords(matcher.operand)}${unlessEmpty(matcher.orEmpty)}`;
    case 'between':
      return `between ${templateWords(matcher.low, path)} and ${templateWords(matcher.high, path)}`;
    case 'empty':
      return matcher.empty ? 'none' : 'not empty';
    case 'exists':
      return matcher.exists ? 'is there' : 'is not there';
    case 'is':
      return `is ${article(matcher.type)}`;
    case 'not':
      if (matcher.matcher.op === 'equals') return `≠ ${templateWords(matcher.matcher.operand, path)}`;
      return `not (${matcherWords(matcher.matcher, path)})`;
    case 'length':
      return `length ${matcherWords(matcher.matcher)}`;
    case 'every':
      return `every one ${matcherWords(matcher.matcher)}${unlessEmpty(matcher.orEmpty)}`;
    case 'some':
      return `at least one ${matcherWords(matcher.matcher)}${unlessEmpty(matcher.orEmpty)}`;
    case 'unchanged_since':
      return `unchanged since ${matcher.gate}`;
    case 'error':
      return `refused with ${errorWords(matcher.pattern)}`;
    case 'all':
      return matcher.expectations
        .map((e) => `${showPath(e.path)} ${matcherWords(e.matcher, e.path)}`.trim())
        .join(', ');
  }
}

const unlessEmpty = (orEmpty: boolean): string => (orEmpty ? ' (or there is none)' : '');

const rowWords = (row: Template): string => `(${templateWords(row, [])})`;

const rowsWords = (operand: Template): string =>
  isTemplateList(operand) && operand.length > 0
    ? cut(
        `${counted(operand.length, 'row')}: ${operand.slice(0, MAX_ITEMS).map(rowWords).join(', ')}${operand.length > MAX_ITEMS ? ', …' : ''}`,
        MAX_WORDS * 2,
      )
    : templateWords(operand, []);

const alternatives = (operand: Template, path: readonly PathSegment[]): string =>
  isTemplateList(operand)
    ? operand.map((item) => templateWords(item, path)).join(' | ')
    : templateWords(operand, path);

function errorWords({ sqlstate, code, exit_code }: ErrorPattern): string {
  const parts: string[] = [];
  if (sqlstate !== undefined) parts.push(`sqlstate ${templateWords(sqlstate, [])}`);
  if (code !== undefined) parts.push(`code ${templateWords(code, [])}`);
  if (exit_code !== undefined) parts.push(`exit code ${templateWords(exit_code, [])}`);
  return parts.length === 0 ? 'any error' : parts.join(', ');
}
