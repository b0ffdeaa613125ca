import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Json, Value } from '../../base/value.js';
import { toJson } from '../../base/value.js';
import type { Difference } from '../../model/event.js';
import type { Expectation, Matcher } from '../../model/matcher.js';
import { showPath } from '../../model/path.js';
import type { Expression, Template } from '../../model/template.js';
import type { KindProblem } from '../executor.js';
import { unlikeness } from './alike.js';
import { follow, match, type MatchScope, type Subject } from './match.js';
import type { Mismatch } from './verdict.js';
import { merged, operandsOf } from './operands.js';
import { matcherWords, valueWords } from './words.js';

/** What a gate asks of an observation. */
export interface Expected {
  readonly expect: readonly Expectation[];
  readonly assert?: Expression;
}
export type Observation = { readonly observed: Value } | { readonly problem: KindProblem };

export interface MatchContext {
  readonly operand: (template: Template) => Result<Value, KindProblem>;
  /** Evaluates `assert`, where `value` is the observation. */
  readonly assert: (expression: Expression) => Result<Value, KindProblem>;
  /** What an earlier gate observed, for `unchanged_since`. */
  readonly baseline: (gate: string) => Value | undefined;
}

export interface MatchResult {
  readonly passed: boolean;
  /** Evaluated operands, by path (`""` is the whole observation). */
  readonly expected: Json;
  readonly expectedWords: readonly string[];
  readonly observedWords: string;
  readonly difference: Difference | null;
}

const MAX_LINES = 20;

/**
 * Compares an observation with what a gate expects; all expectations, so that the report tells every difference.
 * A probe's failure can only satisfy an `error` matcher; without one it is returned as the problem that it is.
 */
export function evaluateExpectations(
  { expect, assert }: Expected,
  observation: Observation,
  context: MatchContext,
): Result<MatchResult, KindProblem> {
  if ('problem' in observation && !expect.some(({ matcher }) => matcher.op === 'error'))
    return err(observation.problem);
  const subject: Subject =
    'problem' in observation
      ? { kind: 'failure', problem: observation.problem }
      : { kind: 'value', value: observation.observed };
  const lines: Line[] = [];
  const expected: (readonly [string, Json])[] = [];
  for (const expectation of expect) {
    const line = evaluateOne(expectation, subject, context);
    if (!line.ok) return line;
    lines.push(line.value);
    expected.push([showPath(expectation.path), line.value.operands]);
  }
  if (assert !== undefined) {
    const line = evaluateAssert(assert, subject, context);
    if (!line.ok) return line;
    lines.push(line.value);
    expected.push(['assert', assert.source]);
  }
  return ok(summary(lines, expected));
}

interface Line {
  readonly path: string;
  readonly expectedWords: string;
  readonly observedWords: string;
  readonly operands: Json;
  readonly mismatch: Mismatch | null;
}

function evaluateOne(
  { path, matcher }: Expectation,
  subject: Subject,
  context: MatchContext,
): Result<Line, KindProblem> {
  const found = follow(subject, path);
  const scope: MatchScope = { operand: context.operand, baseline: context.baseline, path };
  const verdict = match(matcher, found, scope);
  if (!verdict.ok) return verdict;
  const evaluated = operandsOf(matcher, context.operand);
  if (!evaluated.ok) return evaluated;
  const operands = evaluated.value;
  return ok({
    path: showPath(path),
    expectedWords: matcherWords(operands.matcher, path),
    observedWords: subjectWords(found, path),
    operands: operands.json,
    mismatch: verdict.value && { ...readAlike(operands.matcher, found, path), ...verdict.value },
  });
}

const compared: readonly Matcher['op'][] = ['equals', 'gt', 'gte', 'lt', 'lte'];

/** A reader who sees the same words twice is told where the difference lies. */
function readAlike(matcher: Matcher, subject: Subject, path: Expectation['path']): Mismatch {
  if (subject.kind !== 'value' || !compared.includes(matcher.op) || !('operand' in matcher)) return {};
  const hint = unlikeness(subject.value, matcher.operand as Value, path);
  return hint === undefined ? {} : { hint };
}

function subjectWords(subject: Subject, path: Expectation['path']): string {
  if (subject.kind === 'missing') return 'nothing';
  if (subject.kind === 'value') return valueWords(subject.value, path);
  const { problem } = subject;
  return `${problem.sqlstate ?? problem.code}: ${valueWords(problem.message)}`;
}

function evaluateAssert(
  assert: Expression,
  subject: Subject,
  context: MatchContext,
): Result<Line, KindProblem> {
  if (subject.kind !== 'value')
    return err({ code: 'ABSENT', message: 'the probe failed, so that its assert has no value' });
  const held = context.assert(assert);
  if (!held.ok) return err(held.error);
  if (typeof held.value !== 'boolean')
    return err({
      code: 'EXPRESSION_TYPE',
      message: `its assert yields ${valueWords(held.value)}, not true or false`,
    });
  return ok({
    path: '',
    expectedWords: assert.source,
    observedWords: held.value ? 'it holds' : valueWords(subject.value),
    operands: assert.source,
    mismatch: held.value ? null : { hint: 'the assertion is false' },
  });
}

function summary(lines: readonly Line[], expected: readonly (readonly [string, Json])[]): MatchResult {
  const failing = lines.filter(({ mismatch }) => mismatch !== null);
  // An expectation that fails is what a reader needs; one that holds is already said by what was expected.
  const told = failing.length > 0 ? failing : lines;
  const observedWords = told
    .map(({ path, observedWords: words }) => `${path} ${words}`.trim())
    .filter((words, i, all) => all.indexOf(words) === i)
    .slice(0, MAX_LINES)
    .join('; ');
  return {
    // A gate without expectations proves nothing.
    passed: lines.length > 0 && failing.length === 0,
    expected: merged(expected),
    expectedWords: lines.map(({ path, expectedWords: words }) => `${path} ${words}`.trim()),
    observedWords,
    difference: failing.length === 0 ? null : differenceOf(failing),
  };
}

function differenceOf(failing: readonly Line[]): Difference {
  const words = failing.flatMap(({ path, expectedWords, observedWords, mismatch }) => {
    const subject = path === '' ? '' : `${path}: `;
    const hint = mismatch?.hint === undefined ? '' : ` (${mismatch.hint})`;
    if (mismatch?.words) return mismatch.words.map((line) => `${subject}${line}${hint}`);
    return [`${subject}expected ${expectedWords}, observed ${observedWords}${hint}`];
  });
  const shown = words.slice(0, MAX_LINES);
  if (words.length > MAX_LINES) shown.push(`and ${words.length - MAX_LINES} more`);
  const details = failing.flatMap(({ path, mismatch }) =>
    mismatch?.detail === undefined ? [] : [[path, toJson(mismatch.detail)] as const],
  );
  return { words: shown, ...(details.length > 0 && { detail: merged(details) }) };
}

/** What one expectation asks for, in words, before anything is evaluated: `free_bytes ≥ 1 GiB`. */
export const describeExpectation = ({ path, matcher }: Expectation): string =>
  `${showPath(path)} ${matcherWords(matcher, path)}`.trim();
