import { durationForm, parseDuration, parseSize, sizeForm } from '../base/quantity.js';
import { isList, isMap, type Value } from '../base/value.js';
import type { ParamType } from '../model/runbook.js';

/** Types of a library gate's `with`, beside those of params. */
export type WithType = ParamType | 'key' | 'target' | 'gate' | 'artifact' | 'object';

const forms: Readonly<Record<WithType, string>> = {
  string: 'text',
  integer: 'a whole number of 64 bits at most',
  boolean: 'true or false',
  bytes: sizeForm,
  duration: durationForm,
  path: 'a path',
  identifier: 'a name of letters, digits, _, $, . and -, beginning with a letter or _, at most 63 long',
  enum: 'one of its values',
  list: 'a list',
  key: 'the name of a declared key',
  target: 'the name of a declared target',
  gate: 'the id of a gate',
  artifact: "an action's outputs, as an expression",
  object: 'a map',
};

export interface TypeBounds {
  readonly type: WithType;
  readonly values?: readonly string[];
  readonly items?: ParamType;
}

/** What a value of this type must be, in words, where this one isn't; null where it is. */
export function typeMismatch(bounds: TypeBounds, value: Value): string | null {
  if (bounds.type === 'list') {
    if (!isList(value)) return forms.list;
    const item = bounds.items;
    if (item === undefined) return null;
    return value.some((v) => typeMismatch({ type: item }, v) !== null)
      ? `a list, each item ${forms[item]}`
      : null;
  }
  if (bounds.type === 'enum') {
    const values = bounds.values ?? [];
    return typeof value === 'string' && values.includes(value) ? null : `one of ${values.join(', ')}`;
  }
  return accepts[bounds.type](value) ? null : forms[bounds.type];
}

const isString = (v: Value): v is string => typeof v === 'string';
const isPlain = (v: string): boolean => !/[\u0000-\u001f\u007f]/.test(v);

const accepts: Readonly<Record<Exclude<WithType, 'list' | 'enum'>, (value: Value) => boolean>> = {
  string: isString,
  integer: (v) => (typeof v === 'bigint' ? BigInt.asIntN(64, v) === v : Number.isSafeInteger(v)),
  boolean: (v) => typeof v === 'boolean',
  bytes: (v) => (isString(v) ? parseSize(v) !== null : Number.isSafeInteger(v) && Number(v) >= 0),
  duration: (v) => isString(v) && parseDuration(v) !== null,
  path: (v) => isString(v) && v !== '' && isPlain(v),
  identifier: (v) => isString(v) && /^[A-Za-z_][A-Za-z0-9_$.-]{0,62}$/.test(v),
  key: isString,
  target: isString,
  gate: (v) => isString(v) && /^G-[0-9]{2,3}[a-z]?$/.test(v),
  artifact: isMap,
  object: isMap,
};
