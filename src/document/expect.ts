import type { ErrorPattern, Expectation, Matcher, PathSegment, TypeName } from '../model/matcher.js';
import { parsePath } from '../model/path.js';
import type { Template } from '../model/template.js';
import type { Scope } from './build/scope.js';
import type { Location } from '../text/diagnostic.js';
import { child, isText, type Entry, type MapNode, type Node } from './tree.js';

/** Beside the model, so that where a matcher stands is no part of what it means. */
const places = new WeakMap<Expectation | Matcher, Location>();

/** Where a matcher stands, with its operand; or an expectation's path. */
export const expectationPlace = (of: Expectation | Matcher): Location | undefined => places.get(of);

const withOperand = new Set(['equals', 'gt', 'gte', 'lt', 'lte', 'matches', 'contains']);
const overLists = new Set(['one_of', 'contains_all', 'set_equals', 'rows_equal']);
const overItems = new Set(['every', 'some']);
/** Where `or_empty: true` has a meaning. */
const mayBeEmpty = new Set([...overLists, ...overItems]);

export const matcherNames: ReadonlySet<string> = new Set([
  ...withOperand,
  ...mayBeEmpty,
  'not',
  'between',
  'empty',
  'length',
  'is',
  'exists',
  'unchanged_since',
  'error',
]);

/** A whole `expect`. Its shape has been validated; what an expression yields is data, never a matcher. */
export function parseExpect(map: MapNode, scope: Scope): readonly Expectation[] {
  return expectations(map, [], scope);
}

function expectations(map: MapNode, prefix: readonly PathSegment[], scope: Scope): Expectation[] {
  const orEmpty = orEmptyBeside(map, scope);
  const found: Expectation[] = [];
  for (const entry of map.entries.values()) {
    if (entry.key === 'or_empty') continue;
    if (matcherNames.has(entry.key)) {
      const matcher = named(entry, orEmpty, scope);
      if (matcher === null) continue;
      places.set(matcher, wholeEntry(map, entry));
      found.push({ path: prefix, matcher });
    } else found.push(...atPath(map, entry, prefix, scope));
  }
  return found;
}

function atPath(
  map: MapNode,
  entry: Entry,
  prefix: readonly PathSegment[],
  scope: Scope,
): readonly Expectation[] {
  const below = parsePath(entry.key);
  if (below === null) {
    scope.reportAt(
      map.source.location(entry.keyStart, entry.keyEnd),
      'GB1301',
      `${entry.key} is neither a matcher nor a path`,
      { fix: 'a path is written rows[0].dro or a["x.y"]' },
    );
    return [];
  }
  const path = [...prefix, ...below];
  const found: readonly Expectation[] =
    entry.value.kind === 'map'
      ? expectations(entry.value, path, scope)
      : [{ path, matcher: { op: 'equals', operand: scope.template(entry.value) } }];
  for (const expectation of found) {
    if (!places.has(expectation)) places.set(expectation, map.source.location(entry.keyStart, entry.keyEnd));
    if (!places.has(expectation.matcher)) places.set(expectation.matcher, wholeEntry(map, entry));
  }
  return found;
}

const wholeEntry = (map: MapNode, entry: Entry): Location =>
  map.source.location(entry.keyStart, entry.value.end);

function orEmptyBeside(map: MapNode, scope: Scope): boolean {
  const node = child(map, 'or_empty');
  if (node === undefined) return false;
  if (![...map.entries.keys()].some((key) => mayBeEmpty.has(key))) {
    scope.report(node, 'GB1302', 'or_empty stands beside no matcher that it means something to', {
      fix: `it belongs beside ${[...mayBeEmpty].join(', ')}`,
    });
  }
  return node.kind === 'scalar' && node.value === true;
}

/** A matcher where the language asks for one: a map, or a plain value that it must equal. */
function matcherOf(node: Node, scope: Scope): Matcher {
  if (node.kind !== 'map') return { op: 'equals', operand: scope.template(node) };
  const all = expectations(node, [], scope);
  const [only] = all;
  return all.length === 1 && only?.path.length === 0 ? only.matcher : { op: 'all', expectations: all };
}

function named({ key, value: node }: Entry, orEmpty: boolean, scope: Scope): Matcher | null {
  if (withOperand.has(key)) {
    return { op: key as 'equals', operand: scope.template(node) };
  }
  if (overLists.has(key)) return { op: key as 'one_of', operand: scope.template(node), orEmpty };
  if (overItems.has(key)) return { op: key as 'every', matcher: matcherOf(node, scope), orEmpty };
  switch (key) {
    case 'not':
    case 'length':
      return { op: key, matcher: matcherOf(node, scope) };
    case 'between':
      return { op: 'between', low: operandAt(node, 0, scope), high: operandAt(node, 1, scope) };
    case 'empty':
      return { op: 'empty', empty: isTrue(node) };
    case 'exists':
      return { op: 'exists', exists: isTrue(node) };
    case 'is':
      return { op: 'is', type: (isText(node) ? node.value : 'null') as TypeName };
    case 'unchanged_since':
      return unchangedSince(node, scope);
    default:
      return { op: 'error', pattern: errorPattern(node, scope) };
  }
}

const isTrue = (node: Node): boolean => node.kind === 'scalar' && node.value === true;

function operandAt(node: Node, index: number, scope: Scope): Template {
  const item = child(node, index);
  return item === undefined ? null : scope.template(item);
}

function unchangedSince(node: Node, scope: Scope): Matcher | null {
  const gate = scope.template(node);
  if (typeof gate === 'string') return { op: 'unchanged_since', gate };
  scope.report(node, 'GB1303', 'unchanged_since names a gate, not an expression', {
    fix: 'write its id, e.g. G-02',
  });
  return null;
}

/** `{sqlstate}`, `{code}` or `{exit_code}`. */
export function errorPattern(node: Node, scope: Scope): ErrorPattern {
  const at = (key: string): { readonly [k: string]: Template } => {
    const value = child(node, key);
    return value === undefined ? {} : { [key]: scope.template(value) };
  };
  return { ...at('sqlstate'), ...at('code'), ...at('exit_code') };
}
