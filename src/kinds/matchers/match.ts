import type { Result } from '../../base/result.js';
import { err } from '../../base/result.js';
import type { Value } from '../../base/value.js';
import { field, isList, isMap } from '../../base/value.js';
import { cut, visible } from '../../base/visible.js';
import { counted } from '../../base/words.js';
import type { ErrorPattern, Expectation, Matcher, PathSegment } from '../../model/matcher.js';
import type { Template } from '../../model/template.js';
import type { KindProblem } from '../executor.js';
import { equal, sizeOf } from './compare.js';
import { rowDifference } from './difference.js';
import { matchOperand, matchOrder } from './operand.js';
import {
  article,
  fails,
  holds,
  incomparable,
  judge,
  NOTHING,
  typeName,
  type Mismatch,
  type Verdict,
} from './verdict.js';
import { valueWords } from './words.js';

/** What is looked at: a value, nothing, or the failure of the probe. */
export type Subject =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'missing'; readonly why?: string }
  | { readonly kind: 'failure'; readonly problem: KindProblem };

export interface MatchScope {
  readonly operand: (template: Template) => Result<Value, KindProblem>;
  /** The observation that `unchanged_since` compares with. */
  readonly baseline: (gate: string) => Value | undefined;
  /** Of the expectation, from the observation's root. */
  readonly path: readonly PathSegment[];
}

/** What stands at a path. A step that can't be taken is `missing`, never null. */
export function follow(subject: Subject, path: readonly PathSegment[]): Subject {
  if (path.length === 0 || subject.kind !== 'value') return path.length === 0 ? subject : { kind: 'missing' };
  let { value } = subject;
  for (const [index, step] of path.entries()) {
    const next = isList(value)
      ? typeof step === 'number'
        ? value[step]
        : undefined
      : isMap(value)
        ? field(value, String(step))
        : undefined;
    if (next === undefined) {
      const why = index === 0 ? whyMissing(value, step) : undefined;
      return { kind: 'missing', ...(why !== undefined && { why }) };
    }
    value = next;
  }
  return { kind: 'value', value };
}

const whyAbsent = {
  cut: 'it was too long to be held; the whole is in logs/',
  left_open:
    'a process that the program left behind still held it open; what that would have said is not known',
} as const;

/** What a program wrote and isn't held whole is absent, and its observation names it. */
function whyMissing(value: Value, step: PathSegment): string | undefined {
  for (const [name, why] of Object.entries(whyAbsent)) {
    const streams = isMap(value) ? field(value, name) : undefined;
    if (isList(streams) && streams.includes(step)) return why;
  }
  return undefined;
}

/** Whether a matcher holds. A missing path fails all but `{exists: false}`; nothing passes for want of data. */
export function match(matcher: Matcher, subject: Subject, scope: MatchScope): Verdict {
  if (matcher.op === 'error') return matchError(matcher.pattern, subject, scope);
  if (matcher.op === 'all') return matchAll(matcher.expectations, subject, scope);
  if (matcher.op === 'exists') {
    if (subject.kind === 'failure') return incomparable('the probe failed');
    return judge((subject.kind === 'value') === matcher.exists);
  }
  if (subject.kind !== 'value')
    return incomparable(
      subject.kind === 'missing' ? (subject.why ?? 'there is nothing at this path') : 'the probe failed',
    );
  return matchValue(matcher, subject.value, scope);
}

type ValueMatcher = Exclude<Matcher, { readonly op: 'error' | 'all' | 'exists' }>;

function matchValue(matcher: ValueMatcher, value: Value, scope: MatchScope): Verdict {
  switch (matcher.op) {
    case 'empty':
      return matchEmpty(matcher.empty, value);
    case 'is':
      return judge(typeName(value) === matcher.type, { hint: `it is ${article(typeName(value))}` });
    case 'not':
      return negate(match(matcher.matcher, { kind: 'value', value }, scope));
    case 'length': {
      const length = sizeOf(value);
      if (length === undefined) return incomparable(`${article(typeName(value))} has no length`);
      const ofLengths: MatchScope = { ...scope, path: [], baseline: (gate) => lengthBefore(gate, scope) };
      const inner = match(matcher.matcher, { kind: 'value', value: length }, ofLengths);
      return inner.ok && inner.value ? fails({ ...inner.value, hint: `its length is ${length}` }) : inner;
    }
    case 'every':
    case 'some':
      return matchEach(matcher, value, scope);
    case 'unchanged_since':
      return matchUnchanged(matcher.gate, value, scope);
    case 'between':
      return matchBetween(matcher.low, matcher.high, value, scope);
    default: {
      const operand = scope.operand(matcher.operand);
      return operand.ok ? matchOperand(matcher, value, operand.value) : operand;
    }
  }
}

function matchBetween(low: Template, high: Template, value: Value, scope: MatchScope): Verdict {
  const from = scope.operand(low);
  if (!from.ok) return from;
  const to = scope.operand(high);
  if (!to.ok) return to;
  const above = matchOrder(value, from.value, (order) => order >= 0);
  return above.ok && above.value ? above : matchOrder(value, to.value, (order) => order <= 0);
}

/** Of the items that are told: those of a list that should be empty, those for which `every` fails. */
const mostNamed = 10;

function matchEmpty(wanted: boolean, value: Value): Verdict {
  const size = sizeOf(value);
  if (size === undefined) return incomparable(`${article(typeName(value))} is neither empty nor full`);
  return judge((size === 0) === wanted, wanted && isList(value) ? { words: itemWords(value) } : {});
}

const longestLine = 300;
const itemLine = (item: Value): string =>
  typeof item === 'string' && item.trim() !== '' ? cut(visible(item), longestLine) : valueWords(item);

/** A line each: what is there and shouldn't be is most often a list of what went wrong. */
function itemWords(items: readonly Value[]): readonly string[] {
  const more = items.length - mostNamed;
  const words = items.slice(0, mostNamed).map(itemLine);
  return more > 0 ? [...words, `and ${counted(more, 'further item')}`] : words;
}

const negate = (verdict: Verdict): Verdict => {
  if (!verdict.ok) return verdict;
  if (verdict.value?.incomparable) return verdict;
  return verdict.value === null ? fails() : holds;
};

function matchEach(
  matcher: Extract<Matcher, { readonly op: 'every' | 'some' }>,
  value: Value,
  scope: MatchScope,
): Verdict {
  const items = isList(value) ? [...value.entries()] : isMap(value) ? Object.entries(value) : undefined;
  if (items === undefined) return incomparable(`it is ${article(typeName(value))}, not a list`);
  if (items.length === 0) return judge(matcher.orEmpty, NOTHING);
  let failing = 0;
  const named: string[] = [];
  let unknown: Mismatch = {};
  for (const [key, item] of items) {
    const path = [...scope.path, key];
    const verdict = match(matcher.matcher, { kind: 'value', value: item }, { ...scope, path });
    if (!verdict.ok) return verdict;
    if (verdict.value === null) continue;
    failing += 1;
    if (failing <= mostNamed) {
      const hint = verdict.value.hint === undefined ? '' : ` (${verdict.value.hint})`;
      named.push(`${typeof key === 'number' ? `[${key}]` : key} ${valueWords(item, path)}${hint}`);
    }
    // One item that can't be compared, and `not` doesn't hold: it might have been the one.
    if (verdict.value.incomparable) unknown = { incomparable: true };
  }
  if (matcher.op === 'some') return judge(failing < items.length, unknown);
  // What was observed is told by its first item, which may well be one that holds.
  const words = [`it fails for ${failing} of ${items.length}`, ...named];
  if (failing > mostNamed) words.push(`and ${failing - mostNamed} more`);
  return judge(failing === 0, { ...unknown, words });
}

/** What `length: {unchanged_since: G-01}` compares with. */
function lengthBefore(gate: string, { baseline, path }: MatchScope): Value | undefined {
  const whole = baseline(gate);
  const before = whole === undefined ? undefined : follow({ kind: 'value', value: whole }, path);
  return before?.kind === 'value' ? sizeOf(before.value) : undefined;
}

function matchUnchanged(gate: string, value: Value, scope: MatchScope): Verdict {
  const baseline = scope.baseline(gate);
  if (baseline === undefined)
    return err({ code: 'BASELINE_MISSING', message: `${gate} has no observation to compare with` });
  const before = follow({ kind: 'value', value: baseline }, scope.path);
  if (before.kind !== 'value')
    return err({ code: 'BASELINE_MISSING', message: `${gate} observed nothing at this path` });
  if (equal(value, before.value)) return holds;
  const rows = isList(value) && isList(before.value) ? rowDifference(value, before.value) : null;
  const { words, detail } = rows ?? rowDifference([value], [before.value]) ?? {};
  // What has become of another type has changed, and nobody wrote it down: `not` holds, and there is nothing to mend.
  return fails({ ...(words && { words }), ...(detail !== undefined && { detail }) });
}

function matchAll(expectations: readonly Expectation[], subject: Subject, scope: MatchScope): Verdict {
  for (const { path, matcher } of expectations) {
    const below = { ...scope, path: [...scope.path, ...path] };
    const verdict = match(matcher, follow(subject, path), below);
    if (!verdict.ok || verdict.value !== null) return verdict;
  }
  // A map without expectations asks for nothing; it must not pass for that.
  return judge(expectations.length > 0);
}

function matchError(pattern: ErrorPattern, subject: Subject, scope: MatchScope): Verdict {
  if (subject.kind !== 'failure') return incomparable('it succeeded, but its refusal was expected');
  const { problem } = subject;
  const found = { sqlstate: problem.sqlstate, code: problem.code, exit_code: problem.exitCode } as const;
  let compared = 0;
  for (const name of ['sqlstate', 'code', 'exit_code'] as const) {
    const template = pattern[name];
    if (template === undefined) continue;
    const operand = scope.operand(template);
    if (!operand.ok) return operand;
    compared += 1;
    const value = found[name];
    if (value !== undefined && equal(value, operand.value)) continue;
    // Another refusal is a mismatch; a probe that never got as far as being refused wasn't carried out.
    if (value === undefined || name === 'code') return err(problem);
    return fails({ hint: `the failure is ${problem.sqlstate ?? problem.code}: ${problem.message}` });
  }
  return judge(compared > 0);
}
