import { parseSize } from '../base/quantity.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { Value } from '../base/value.js';
import { isList, valueMap } from '../base/value.js';
import { typeMismatch } from '../document/param-types.js';
import { compileWhole } from '../text/pattern.js';
import type { ParamDeclaration, ParamType, Runbook } from '../model/runbook.js';
import { expressionsIn, type Template } from '../model/template.js';
import { didYouMean } from '../text/suggest.js';
import type { PlanProblem } from './problem.js';

/** What is known of the params when the plan is made. */
export interface Params {
  readonly values: Readonly<Record<string, Value>>;
  /** Those that come from outside and weren't given; a default among them is typed. */
  readonly outside: Readonly<Record<string, ParamDeclaration>>;
}

/** Params by their declarations: given on the command line, else from outside, else their default. */
export function resolveParams(
  declared: Runbook['params'],
  given: Readonly<Record<string, string>>,
): Result<Params, readonly PlanProblem[]> {
  const problems = unknownParams(declared, given);
  const values: [string, Value][] = [];
  const outside: [string, ParamDeclaration][] = [];
  for (const [name, declaration] of Object.entries(declared)) {
    const resolved = resolveParam(name, declaration, Object.hasOwn(given, name) ? given[name] : undefined);
    if (!resolved.ok) problems.push(resolved.error);
    else if ('declaration' in resolved.value) outside.push([name, resolved.value.declaration]);
    else values.push([name, resolved.value.value]);
  }
  if (problems.length > 0) return err(problems);
  return ok({ values: valueMap(values), outside: named(outside) });
}

type Resolved = { readonly value: Value } | { readonly declaration: ParamDeclaration };

function resolveParam(
  name: string,
  declaration: ParamDeclaration,
  given: string | undefined,
): Result<Resolved, PlanProblem> {
  const malformed = (from: string, why: string, exit: 2 | 3): PlanProblem => ({
    code: 'PARAM_MALFORMED',
    exit,
    message: `${from} ${name} ${why}`,
    ...(declaration.description !== undefined && { next: `${name}: ${declaration.description}` }),
  });
  if (given !== undefined) {
    const value = parseParam(declaration, given);
    return value.ok ? ok({ value: value.value }) : err(malformed('--param', value.error, 2));
  }
  const preset = defaultOf(declaration);
  if (!preset.ok) return err(malformed('the default of', preset.error, 3));
  if (declaration.from !== undefined) {
    const typed =
      preset.value === undefined ? declaration : { ...declaration, default: preset.value as Template };
    return ok({ declaration: typed });
  }
  if (preset.value !== undefined) return ok({ value: preset.value });
  return err({
    code: 'PARAM_MISSING',
    exit: 2,
    message: `the param ${name} has no default and wasn't given`,
    next: `add --param ${name}=…${declaration.description === undefined ? '' : ` (${declaration.description})`}`,
  });
}

function unknownParams(declared: Runbook['params'], given: Readonly<Record<string, string>>): PlanProblem[] {
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => ({
      code: 'PARAM_UNKNOWN',
      exit: 2,
      message: `the runbook has no param ${name}`,
      next: didYouMean(name, Object.keys(declared)) ?? 'leave it out',
    }));
}

function defaultOf({ default: preset, ...declaration }: ParamDeclaration): Result<Value | undefined, string> {
  if (preset === undefined) return ok(undefined);
  if (expressionsIn(preset).length > 0) return err('must be a literal');
  return typed(declaration, preset as Value);
}

/** The value of a text from the command line or from outside; the error goes on after the param's name. */
export function parseParam(declaration: ParamDeclaration, text: string): Result<Value, string> {
  const value = fromText(declaration.type, text, declaration.items);
  if (value !== undefined) return typed(declaration, value);
  const none = declaration.type === 'list' ? [null] : null;
  const form = declaration.type === 'list' ? '; it is written a,b,c' : '';
  return err(`must be ${typeMismatch(declaration, none) ?? 'something else'}${form}`);
}

const MAX_LIST = 10_000;

/** `undefined`: the text can't be of this type. A list is `a,b,c`; commas inside items aren't possible. */
function fromText(type: ParamType, text: string, items: ParamType | undefined): Value | undefined {
  switch (type) {
    case 'integer':
      return integer(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'list': {
      const parts =
        text === '' ? [] : text.split(',').map((part) => fromText(items ?? 'string', part.trim(), undefined));
      return parts.length > MAX_LIST || parts.includes(undefined) ? undefined : (parts as readonly Value[]);
    }
    default:
      return text;
  }
}

function integer(text: string): Value | undefined {
  if (!/^-?[0-9]{1,19}$/.test(text)) return undefined;
  const exact = BigInt(text);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** Checks type and pattern, and turns sizes into bytes. Durations stay texts, which is how kinds take them. */
function typed(declaration: Omit<ParamDeclaration, 'default'>, value: Value): Result<Value, string> {
  const wanted = typeMismatch(declaration, value);
  if (wanted !== null) return err(`must be ${wanted}`);
  if (declaration.pattern !== undefined) {
    const pattern = compileWhole(declaration.pattern);
    if (!pattern.ok) return err(`has a pattern that can't be read: ${pattern.error}`);
    const texts = (isList(value) ? value : [value]).map(String);
    if (!texts.every((text) => pattern.value.test(text)))
      return err(`doesn't match ${declaration.pattern} as a whole`);
  }
  return ok(
    isList(value) ? value.map((v) => quantity(declaration.items, v)) : quantity(declaration.type, value),
  );
}

const quantity = (type: ParamType | undefined, value: Value): Value =>
  type === 'bytes' && typeof value === 'string' ? parseSize(value) : value;

function named<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const map = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) map[name] = value;
  return map;
}
