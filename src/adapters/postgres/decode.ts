import { parseExactJson } from '../../base/exact-json.js';
import type { Value } from '../../base/value.js';
import { isList, isMap, toJson } from '../../base/value.js';

/** What a column's type turns its text into; absent: the text stays. Oids are of pg_type.dat. */
type Decoder = (text: string) => Value;

const integer: Decoder = (text) => {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
};
// NaN and the infinities aren't values of the language; they stay PostgreSQL's text.
const float: Decoder = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const bool: Decoder = (text) => text === 't';

/** A value of the result that the language can't hold: the query's failure, and not the connection's. */
export class Unheld extends Error {}

/** Integers beyond ±(2^53−1) stay exact. */
const json: Decoder = (text) => {
  const parsed = parseExactJson(text);
  if (!parsed.ok) throw new Unheld(`a json value can't be held: ${parsed.error}`);
  return parsed.value;
};

const scalars: ReadonlyMap<number, Decoder> = new Map([
  [16, bool],
  [20, integer],
  [21, integer],
  [23, integer],
  [114, json],
  [700, float],
  [701, float],
  [3802, json],
]);

/** Array type → element type, for the types of every installation; the rest is asked for, see `query.ts`. */
const arrays: ReadonlyMap<number, number> = new Map([
  [199, 114], [1000, 16], [1001, 17], [1002, 18], [1003, 19], [1005, 21], [1007, 23], [1009, 25], [1014, 1042],
  [1015, 1043], [1016, 20], [1021, 700], [1022, 701], [1028, 26], [1115, 1114], [1182, 1082], [1185, 1184],
  [1231, 1700], [2211, 2206], [2951, 2950], [3807, 3802],
]); // prettier-ignore

export const decoderOf = (oid: number): Decoder | undefined => {
  const element = arrays.get(oid);
  return element === undefined ? scalars.get(oid) : arrayOf(scalars.get(element) ?? ((text) => text));
};

const arrayOf =
  (element: Decoder): Decoder =>
  (text) =>
    parseArray(text, element);

/** An array's text form (PostgreSQL docs, 8.15.6). Bounds, if given, are dropped. */
export function parseArray(text: string, element: Decoder): Value {
  const start = text.indexOf('{');
  let at = start < 0 ? 0 : start;
  const readString = (): string => {
    let out = '';
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1;
      out += text[at] ?? '';
    }
    at += 1;
    return out;
  };
  const readBare = (): Value => {
    const from = at;
    while (at < text.length && text[at] !== ',' && text[at] !== '}') at += 1;
    const bare = text.slice(from, at);
    return bare === 'NULL' ? null : element(bare);
  };
  const readList = (): Value[] => {
    const list: Value[] = [];
    at += 1;
    while (at < text.length && text[at] !== '}') {
      if (text[at] === ',') at += 1;
      else if (text[at] === '{') list.push(readList());
      else list.push(text[at] === '"' ? element(readString()) : readBare());
    }
    at += 1;
    return list;
  };
  return readList();
}

/** A bind parameter's text: a map is JSON, a list an array, a bigint its digits. */
export function encodeParameter(value: Value): string | null {
  if (value === null) return null;
  if (isList(value)) return encodeArray(value);
  if (isMap(value)) return encodeJson(value);
  return String(value);
}

function encodeArray(list: readonly Value[]): string {
  const items = list.map((item) => {
    if (item === null) return 'NULL';
    if (isList(item)) return encodeArray(item);
    const text = isMap(item) ? encodeJson(item) : String(item);
    return `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${items.join(',')}}`;
}

function encodeJson(value: Value): string {
  if (typeof value === 'bigint') return value.toString();
  if (isList(value)) return `[${value.map(encodeJson).join(',')}]`;
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}:${encodeJson(v)}`)
      .join(',')}}`;
  return JSON.stringify(toJson(value));
}
