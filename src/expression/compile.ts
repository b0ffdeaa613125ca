import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { registerFunctions } from './functions.js';
import { harden } from './harden.js';
import { rootOf, spanOf, type Node, type Parsed } from './node.js';
import type { ExpressionError } from './scope.js';

/** Longest source of an expression, in UTF-16 code units. */
export const MAX_SOURCE_LENGTH = 4096;
const limits = {
  maxAstNodes: 1000,
  maxDepth: 50,
  maxListElements: 500,
  maxMapEntries: 500,
  maxCallArguments: 8,
};

const split = 'put constants into data, or split it into several gates';

const environment = registerFunctions(
  new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, limits }),
);

export interface Compiled {
  readonly run: Parsed;
  readonly root: Node;
}

const cache = new Map<string, Result<Compiled, ExpressionError>>();
const MAX_CACHED = 20_000;

/** Parses once for each source; what is malformed stays malformed. */
export function compile(source: string): Result<Compiled, ExpressionError> {
  const known = cache.get(source);
  if (known) return known;
  const compiled = parse(source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

function parse(source: string): Result<Compiled, ExpressionError> {
  if (source.trim() === '')
    return err({ kind: 'syntax', offset: 0, length: source.length, message: 'an empty expression' });
  if (source.length > MAX_SOURCE_LENGTH)
    return err({
      kind: 'limit',
      offset: 0,
      length: source.length,
      message: `the expression has ${source.length} characters, ${MAX_SOURCE_LENGTH} are allowed`,
      fix: split,
    });
  try {
    const run = environment.parse(source);
    const root = rootOf(run);
    harden(root);
    return ok({ run, root });
  } catch (thrown) {
    return err(syntaxError(thrown, source));
  }
}

/** An error of the library, without its own code frame. */
export type CelError = ParseError | EvaluationError | CelTypeError;
export const isCelError = (thrown: unknown): thrown is CelError =>
  thrown instanceof ParseError || thrown instanceof EvaluationError || thrown instanceof CelTypeError;

function syntaxError(thrown: unknown, source: string): ExpressionError {
  if (!isCelError(thrown)) {
    // The parser is recursive: a stack overflow is a limit like the others. Anything else is a mistake of ours.
    if (!(thrown instanceof RangeError)) throw thrown;
    const message = 'the expression is nested too deep';
    return { kind: 'limit', offset: 0, length: source.length, message, fix: split };
  }
  const span = spanOf(thrown.range ?? { start: 0, end: source.length });
  const place = { ...span, offset: Math.min(span.offset, source.length) };
  const [, exceeded] = /^Exceeded (\w+)/.exec(thrown.summary) ?? [];
  const limited = Object.entries(limits).find(([name]) => name === exceeded);
  if (limited === undefined) {
    const message = words(thrown.summary);
    // YAML has made a line break of `\n` before CEL sees it.
    const broken = message.startsWith('newlines not allowed');
    const fix = broken ? lineBreak : otherOperator(source, place.offset);
    return { kind: 'syntax', ...place, message, ...(fix !== undefined && { fix }) };
  }
  const [name, most] = limited;
  const message = `the expression has more than ${most} ${counts[name as keyof typeof limits]}`;
  return { kind: 'limit', ...place, message, fix: split };
}

/** An operator as SQL and shells write it. */
function otherOperator(source: string, offset: number): string | undefined {
  if (/^=(?!=)/.test(source.slice(offset))) return 'CEL compares with ==';
  const [word] =
    /^(?:and|or|not)\b/i.exec(`${/\w*$/.exec(source.slice(0, offset))?.[0] ?? ''}${source.slice(offset)}`) ??
    [];
  const inCel = { and: '&&', or: '||', not: '!' }[word?.toLowerCase() ?? ''];
  return inCel === undefined ? undefined : `CEL writes ${inCel} for ${word ?? ''}`;
}

const lineBreak = "within YAML's double quotes write \\\\n for a line break in an expression's text";

/** What the library's limits count. */
const counts: Readonly<Record<keyof typeof limits, string>> = {
  maxAstNodes: 'names, values and operators',
  maxDepth: 'levels',
  maxListElements: 'items in a list',
  maxMapEntries: 'entries in a map',
  maxCallArguments: 'arguments in a call',
};

const tokens: Readonly<Record<string, string>> = {
  EOF: 'the end',
  IDENTIFIER: 'a name',
  NUMBER: 'a number',
  STRING: 'a text',
  RPAREN: ')',
  LPAREN: '(',
  RBRACKET: ']',
  LBRACKET: '[',
  RBRACE: '}',
  LBRACE: '{',
  COLON: ':',
  COMMA: ',',
  DOT: '.',
  QUESTION: '?',
};

/** `Expected RPAREN, got EOF` as `expected ), got the end`. */
const words = (summary: string): string =>
  summary.charAt(0).toLowerCase() +
  summary.slice(1).replaceAll(/\b[A-Z]{3,}\b/g, (name) => tokens[name] ?? name);
