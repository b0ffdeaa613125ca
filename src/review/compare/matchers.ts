import { err, ok, type Result } from '../../base/result.js';
import { isList, type Value } from '../../base/value.js';
import type { KindProblem } from '../../kinds/executor.js';
import { match } from '../../kinds/matchers/match.js';
import type { Expectation, Matcher, TypeName } from '../../model/matcher.js';
import { expressionsIn, type Template } from '../../model/template.js';
import { showPath } from '../../model/path.js';
import { meaning, same } from './same.js';

/** What a changed comparison lets pass: more, less, or something else. */
export type Tightness = 'looser' | 'tighter' | 'other';

const literal = (template: Template): Value | undefined =>
  expressionsIn(template).length === 0 ? (template as Value) : undefined;
const number = (template: Template): number | bigint | undefined => {
  const value = literal(template);
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
};

/**
 * What became of a comparison. `tighter` is said only where every observation that passes now passed before; `looser`
 * also where something is no longer asked.
 */
export function tightness(before: Matcher, after: Matcher): Tightness {
  const bounds = compareRanges(before, after);
  if (bounds !== null) return bounds;
  if (before.op === 'equals') return after.op === 'equals' ? 'other' : 'looser';
  if (after.op === 'equals') return accepts(before, after.operand) ? 'tighter' : 'other';
  if (before.op === after.op) return sameOperation(before, after);
  if (asksLittle(after) || asksLess(before, after)) return 'looser';
  return isImplied(before, after) ? 'tighter' : 'other';
}

/** They name all that may pass; any other comparison may let pass what nobody named. */
const naming: ReadonlySet<Matcher['op']> = new Set(['one_of', 'set_equals', 'rows_equal', 'unchanged_since']);

const asksLess = (before: Matcher, after: Matcher): boolean =>
  (naming.has(before.op) && !naming.has(after.op)) ||
  (before.op === 'rows_equal' && after.op === 'set_equals') ||
  (before.op === 'every' && after.op === 'some');

/** That something is there, of some type or other than something is the least that can be asked. */
const asksLittle = (matcher: Matcher): boolean =>
  matcher.op === 'is' ||
  (matcher.op === 'exists' && matcher.exists) ||
  (matcher.op === 'empty' && !matcher.empty) ||
  matcher.op === 'not';

/** Comparisons that hold of values of one type only. */
const typed: Readonly<Record<string, TypeName>> = {
  matches: 'string',
  set_equals: 'list',
  rows_equal: 'list',
};

/** Whether what passes one comparison passes a lesser one, too. */
const isImplied = (lesser: Matcher, matcher: Matcher): boolean =>
  lesser.op === 'is'
    ? typed[matcher.op] === lesser.type && !('orEmpty' in matcher && matcher.orEmpty)
    : // A failure and what is absent may pass these.
      lesser.op === 'exists' && lesser.exists && matcher.op !== 'error' && matcher.op !== 'all';

function sameOperation(before: Matcher, after: Matcher): Tightness {
  if ('orEmpty' in before && 'orEmpty' in after && before.orEmpty !== after.orEmpty) {
    const rest = same({ ...before, orEmpty: true }, { ...after, orEmpty: true });
    if (after.orEmpty) return 'looser';
    return rest ? 'tighter' : 'other';
  }
  if (before.op === 'not' && after.op === 'not') return notTightness(before.matcher, after.matcher);
  if ('matcher' in before && 'matcher' in after) return tightness(before.matcher, after.matcher);
  if (before.op === 'all' && after.op === 'all') return allTightness(before.expectations, after.expectations);
  if (before.op === 'error' && after.op === 'error') {
    const fewer = Object.entries(before.pattern).some(([key]) => !(key in after.pattern));
    return fewer ? 'looser' : 'other';
  }
  if ('operand' in before && 'operand' in after)
    return setTightness(before.op, literal(before.operand), literal(after.operand));
  return 'other';
}

/** More is refused where all that was refused still is; what can't be compared passes neither. */
function notTightness(before: Matcher, after: Matcher): Tightness {
  if (tightness(before, after) === 'tighter') return 'looser';
  return before.op === after.op && tightness(after, before) === 'tighter' ? 'tighter' : 'other';
}

/** More alternatives let more pass; more things that must be contained let less pass. */
function setTightness(op: Matcher['op'], before: Value | undefined, after: Value | undefined): Tightness {
  if (op === 'contains' && typeof before === 'string' && typeof after === 'string')
    return before.includes(after) ? 'looser' : 'other';
  if (!isList(before) || !isList(after)) return 'other';
  const old = new Set(before.map(meaning));
  const now = new Set(after.map(meaning));
  const wider = [...old].every((item) => now.has(item));
  const narrower = [...now].every((item) => old.has(item));
  if (wider === narrower) return 'other';
  if (op === 'one_of') return wider ? 'looser' : 'tighter';
  // Without `or_empty` nothing at all contains all of nothing.
  if (op === 'contains_all') return !wider ? 'looser' : old.size === 0 ? 'other' : 'tighter';
  // A set that has grown is what somebody would do to get a further grant past its gate.
  return op === 'set_equals' && wider ? 'looser' : 'other';
}

function allTightness(before: readonly Expectation[], after: readonly Expectation[]): Tightness {
  const now = new Map(after.map((expectation) => [showPath(expectation.path), expectation.matcher]));
  const old = new Set(before.map(({ path }) => showPath(path)));
  const results = before.map(({ path, matcher }): Tightness | null => {
    const other = now.get(showPath(path));
    if (other === undefined) return 'looser';
    return same(matcher, other) ? null : tightness(matcher, other);
  });
  if (after.some(({ path }) => !old.has(showPath(path)))) results.push('tighter');
  if (results.includes('looser')) return 'looser';
  return results.includes('other') ? 'other' : 'tighter';
}

interface Range {
  readonly low: number | bigint | null;
  readonly high: number | bigint | null;
  /** Whether the bound itself is let pass. */
  readonly closedLow: boolean;
  readonly closedHigh: boolean;
}

function rangeOf(matcher: Matcher): Range | null {
  const range = (low: Template | null, high: Template | null, closed: boolean): Range | null => {
    const [from, to] = [low === null ? null : number(low), high === null ? null : number(high)];
    if (from === undefined || to === undefined) return null;
    return { low: from, high: to, closedLow: closed, closedHigh: closed };
  };
  switch (matcher.op) {
    case 'gt':
    case 'gte':
      return range(matcher.operand, null, matcher.op === 'gte');
    case 'lt':
    case 'lte':
      return range(null, matcher.operand, matcher.op === 'lte');
    case 'between':
      return range(matcher.low, matcher.high, true);
    case 'equals':
      return matcher.operand === null ? null : range(matcher.operand, matcher.operand, true);
    default:
      return null;
  }
}

function compareRanges(before: Matcher, after: Matcher): Tightness | null {
  if (before.op === 'equals' && after.op === 'equals') return null;
  const [old, now] = [rangeOf(before), rangeOf(after)];
  if (old === null || now === null) return null;
  const wider = holds(now, old);
  const narrower = holds(old, now);
  return wider === narrower ? 'other' : wider ? 'looser' : 'tighter';
}

/** A number and a big integer of the same value are equal. */
const equal = (a: number | bigint, b: number | bigint): boolean => a >= b && a <= b;

/** Whether every number of the inner range is in the outer one. */
function holds(outer: Range, inner: Range): boolean {
  const low =
    outer.low === null ||
    (inner.low !== null &&
      (inner.low > outer.low || (equal(inner.low, outer.low) && (outer.closedLow || !inner.closedLow))));
  const high =
    outer.high === null ||
    (inner.high !== null &&
      (inner.high < outer.high ||
        (equal(inner.high, outer.high) && (outer.closedHigh || !inner.closedHigh))));
  return low && high;
}

/** Whether the comparison lets this value pass; not, where an operand is known at run time only. */
function accepts(matcher: Matcher, operand: Template): boolean {
  const value = literal(operand);
  if (value === undefined) return false;
  const verdict = match(
    matcher,
    { kind: 'value', value },
    { operand: known, baseline: () => undefined, path: [] },
  );
  return verdict.ok && verdict.value === null;
}

function known(template: Template): Result<Value, KindProblem> {
  const value = literal(template);
  return value === undefined ? err({ code: 'UNKNOWN', message: 'it is known at run time only' }) : ok(value);
}
