import type { Template } from './template.js';

/** One segment of an expectation's path into an observation: a field or a list index. */
export type PathSegment = string | number;

/** What `{is: …}` can name. */
export type TypeName = 'string' | 'integer' | 'boolean' | 'list' | 'object' | 'null';

/** The failure that is the proof: by PostgreSQL SQLSTATE, by our own code, or by exit code. */
export interface ErrorPattern {
  readonly sqlstate?: Template;
  readonly code?: Template;
  readonly exit_code?: Template;
}

/**
 * What an observation must satisfy. `orEmpty` says that a comparison over nothing may pass.
 * Operands may hold expressions; a value they yield is data, never a matcher.
 */
export type Matcher =
  | {
      readonly op: 'equals' | 'gt' | 'gte' | 'lt' | 'lte' | 'matches' | 'contains';
      readonly operand: Template;
    }
  | {
      readonly op: 'one_of' | 'contains_all' | 'set_equals' | 'rows_equal';
      readonly operand: Template;
      readonly orEmpty: boolean;
    }
  | { readonly op: 'between'; readonly low: Template; readonly high: Template }
  | { readonly op: 'empty'; readonly empty: boolean }
  | { readonly op: 'exists'; readonly exists: boolean }
  | { readonly op: 'is'; readonly type: TypeName }
  | { readonly op: 'not' | 'length'; readonly matcher: Matcher }
  | { readonly op: 'every' | 'some'; readonly matcher: Matcher; readonly orEmpty: boolean }
  | { readonly op: 'unchanged_since'; readonly gate: string }
  | { readonly op: 'error'; readonly pattern: ErrorPattern }
  /** A map of further paths below this one (inside `every`, `some`, or under a path). */
  | { readonly op: 'all'; readonly expectations: readonly Expectation[] };

/** One line of an `expect`: where in the observation, and what must hold there. An empty path is the whole. */
export interface Expectation {
  readonly path: readonly PathSegment[];
  readonly matcher: Matcher;
}

/** The matcher, and every one inside it. */
export function matchersIn(matcher: Matcher): readonly Matcher[] {
  if (matcher.op === 'all')
    return [matcher, ...matcher.expectations.flatMap((inner) => matchersIn(inner.matcher))];
  return 'matcher' in matcher ? [matcher, ...matchersIn(matcher.matcher)] : [matcher];
}

/** Every operand in a matcher that may hold an expression. */
export const operandsIn = (matcher: Matcher): readonly Template[] => matchersIn(matcher).flatMap(ownOperands);

function ownOperands(matcher: Matcher): readonly Template[] {
  if ('operand' in matcher) return [matcher.operand];
  if ('low' in matcher) return [matcher.low, matcher.high];
  if (matcher.op !== 'error') return [];
  const { sqlstate, code, exit_code } = matcher.pattern;
  return [sqlstate, code, exit_code].filter((operand) => operand !== undefined);
}
