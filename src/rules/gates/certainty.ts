import { isList, type Value } from '../../base/value.js';
import { compilePattern } from '../../text/pattern.js';
import type { Matcher, PathSegment } from '../../model/matcher.js';
import type { Shape } from '../../model/shape.js';
import { expressionsIn, type Template } from '../../model/template.js';

/** Whether what is known before the run already decides a matcher, and why. */
export interface Certainty {
  readonly always: boolean;
  readonly reason: string;
}
type Decided = Certainty | null;

/** What a matcher looks at: its shape, and the name it goes by. */
export interface Subject {
  readonly shape: Shape;
  readonly name: PathSegment | undefined;
}

const always = (reason: string): Certainty => ({ always: true, reason });
const never = (reason: string): Certainty => ({ always: false, reason });

/** Fields that count something: never below 0. */
const counts =
  /(?:^|_)(?:counts?|bytes|total|length|size|errors|rows|inodes|hits|scanned|exit_code|attempts)$/;

/** Of what a query or program yields only its name is known, and a `total` or a size may be a difference there. */
const surelyCounts = /(?:^|_)counts?$/;

/** null where the run decides. */
export function certaintyOf(matcher: Matcher, subject: Subject): Decided {
  switch (matcher.op) {
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ofComparison(matcher.op, literal(matcher.operand), subject);
    case 'between':
      return ofBetween(literal(matcher.low), literal(matcher.high));
    case 'matches':
      return ofPattern(literal(matcher.operand));
    case 'contains':
      return literal(matcher.operand) === '' ? always('every text contains nothing') : null;
    case 'one_of':
      return ofChoice(literal(matcher.operand), subject.shape);
    case 'contains_all': {
      const items = literal(matcher.operand);
      return isList(items) && items.length === 0 ? always('no item is asked for') : null;
    }
    case 'is':
      return ofType(matcher.type, subject.shape);
    case 'exists':
      return ofExistence(matcher.exists, subject.shape);
    case 'not': {
      const inner = certaintyOf(matcher.matcher, subject);
      return inner && { always: !inner.always, reason: inner.reason };
    }
    case 'length':
      return certaintyOf(matcher.matcher, { shape: 'int', name: 'length' });
    case 'every':
    case 'some':
      return certaintyOf(matcher.matcher, { shape: elementOf(subject.shape), name: subject.name });
    default:
      return null;
  }
}

/** A value that holds no expression. */
const literal = (template: Template): Value | undefined =>
  expressionsIn(template).length > 0 ? undefined : (template as Value);

function ofComparison(
  op: 'gt' | 'gte' | 'lt' | 'lte',
  bound: Value | undefined,
  { name, shape }: Subject,
): Decided {
  const isCount = (shape === 'any' ? surelyCounts : counts).test(String(name));
  if (typeof bound !== 'number' || !isCount) return null;
  const reason = `${name === 'length' ? 'a length' : 'a count'} is never below 0`;
  if ((op === 'gte' && bound <= 0) || (op === 'gt' && bound < 0)) return always(reason);
  if ((op === 'lt' && bound <= 0) || (op === 'lte' && bound < 0)) return never(reason);
  return null;
}

function ofBetween(low: Value | undefined, high: Value | undefined): Decided {
  if (typeof low !== 'number' || typeof high !== 'number' || low <= high) return null;
  return never('the lower bound is above the upper one');
}

/** Between both anchors: every character, also a line's end. */
const everything = /^(?:\(\?s\)\^\.|\^(?:\[\\s\\S\]|\[\\d\\D\]|\[\\w\\W\]|\(\?s:\.\)))\*\$$/;

/**
 * What finds nothing at all to be a match finds it in any text: at its beginning where only that is anchored, else at
 * its end. With both anchors it says something of the whole, and at a word's border of the text there.
 */
function ofPattern(source: Value | undefined): Decided {
  const pattern = typeof source === 'string' ? compilePattern(source) : undefined;
  if (typeof source !== 'string' || pattern?.ok !== true || !pattern.value.test('')) return null;
  const bare = source.replaceAll(/\\[^AzbB]|\[\^?\]?(?:\\.|[^\]])*\]/g, 'x');
  const anchored = /\^|\\A/.test(bare) && /\$|\\z/.test(bare);
  if (/\\[bB]/.test(bare) || (anchored && !everything.test(source))) return null;
  return always('the pattern finds a match in any text');
}

function ofChoice(choices: Value | undefined, shape: Shape): Decided {
  if (!isList(choices)) return null;
  if (choices.length === 0) return never('there is nothing to be one of');
  if (shape !== 'bool') return null;
  return choices.includes(true) && choices.includes(false) ? always('true and false are all there is') : null;
}

const typeOf: Readonly<Record<string, string>> = {
  string: 'string',
  int: 'integer',
  bool: 'boolean',
  null: 'null',
};

function ofType(type: string, shape: Shape): Decided {
  if (shape === 'any' || (typeof shape === 'object' && 'nullable' in shape)) return null;
  const known = typeof shape === 'string' ? typeOf[shape] : 'list' in shape ? 'list' : 'object';
  return known === undefined
    ? null
    : known === type
      ? always(`it always is: ${type}`)
      : never(`it is always: ${known}`);
}

function ofExistence(exists: boolean, shape: Shape): Decided {
  return exists && shape !== 'any' ? always('the probe always gives it; its value tells') : null;
}

const elementOf = (shape: Shape): Shape =>
  typeof shape === 'object' && 'list' in shape
    ? shape.list
    : typeof shape === 'object' && 'map' in shape
      ? shape.map
      : 'any';
