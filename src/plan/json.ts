import canonicalize from 'canonicalize';
import { digestOf } from '../base/sha256.js';
import { isCommandId, isGateId, isSha256 } from '../base/ids.js';
import { invariant } from '../base/invariant.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { messageOf } from '../base/thrown.js';
import type { Json } from '../base/value.js';
import type { Plan } from '../model/plan.js';
import { Expression, isExpression, isText, TextTemplate } from '../model/template.js';
import type { Problem } from '../text/problem.js';
import type { PlanProblem } from './problem.js';

type JsonMap = { readonly [key: string]: Json };
const isJsonMap = (json: unknown): json is JsonMap =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/**
 * What JSON has no form for gets a map with one key of ours: `{$expr}`, `{$text}`, `{$int}`; a map whose own keys
 * begin with `$` is wrapped as `{$map}`, so that nothing a runbook holds can be taken for one of these. Canonical
 * JSON sorts keys: where an order counts, a map that has another is `{$pairs}`.
 */
function encode(value: unknown, ordered = false): Json {
  if (isExpression(value)) return { $expr: value.source };
  if (isText(value)) return { $text: value.parts.map((part) => (isExpression(part) ? encode(part) : part)) };
  if (typeof value === 'bigint') return { $int: value.toString() };
  if (Array.isArray(value)) return value.map((item) => encode(item, ordered));
  if (typeof value !== 'object' || value === null) return value as Json;
  if (ordered && !isSorted(Object.keys(value)))
    return { $pairs: Object.entries(value).map(([key, entry]) => [key, encode(entry, true)]) };
  const map = Object.create(null) as Record<string, Json>;
  let wrap = false;
  for (const [key, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    if (key.startsWith('$')) wrap = true;
    map[key] = encode(entry, ordered);
  }
  return wrap ? { $map: map } : map;
}

const isSorted = (keys: readonly string[]): boolean =>
  keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);

class Malformed extends Error {}

function decode(json: Json): unknown {
  if (Array.isArray(json)) return json.map(decode);
  if (!isJsonMap(json)) return json;
  const [mark] = Object.keys(json);
  if (mark?.startsWith('$') === true) return decodeMarked(json, mark);
  return decodeMap(Object.entries(json));
}

function decodeMap(entries: readonly (readonly [string, Json])[]): unknown {
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of entries) map[key] = decode(entry);
  return map;
}

const isPair = (json: Json): json is readonly [string, Json] =>
  Array.isArray(json) && json.length === 2 && typeof json[0] === 'string';

function decodeMarked(json: JsonMap, mark: string): unknown {
  const content = json[mark];
  if (Object.keys(json).length === 1) {
    if (mark === '$expr' && typeof content === 'string') return new Expression(content);
    if (mark === '$int' && typeof content === 'string' && /^-?[0-9]{1,40}$/.test(content))
      return BigInt(content);
    if (mark === '$map' && isJsonMap(content)) return decodeMap(Object.entries(content));
    if (mark === '$pairs' && Array.isArray(content) && content.every(isPair)) return decodeMap(content);
    if (mark === '$text' && Array.isArray(content))
      return new TextTemplate(content.map(decode) as (string | Expression)[]);
  }
  throw new Malformed(`a map with the key ${mark} is none of ours`);
}

/** Columns of a table have an order, which a JSON object doesn't keep: they are pairs. What an expression walks, too. */
function toJsonForm({ data, ...plan }: Plan): Json {
  const tables = plan.report.tables.map((table) => ({ ...table, columns: Object.entries(table.columns) }));
  const rest = encode({ ...plan, report: { ...plan.report, tables } });
  const constants = Object.entries(data).map(([name, value]) => [name, encode(value, true)] as const);
  return { ...(rest as JsonMap), data: Object.fromEntries(constants) };
}

function fromJsonForm(form: Plan): Plan {
  const tables = form.report.tables.map((table) => {
    const pairs = table.columns as unknown as readonly (readonly [string, string])[];
    return {
      ...table,
      columns: Object.assign(Object.create(null) as object, Object.fromEntries(pairs)),
    };
  });
  return { ...form, report: { ...form.report, tables } };
}

/**
 * The plan as RFC 8785 canonical JSON: what `plan.json` holds, byte for byte. A plan comes from `buildPlan` or
 * `decodePlan`, which have refused what has no canonical form.
 */
export function canonicalPlan(plan: Plan): string {
  const text = canonical.get(plan) ?? canonicalize(toJsonForm(plan));
  invariant(text, 'a plan is an object');
  canonical.set(plan, text);
  return text;
}

/** A plan never changes, and a run asks for its digest and for its text. */
const canonical = new WeakMap<Plan, string>();

/** sha256 of the canonical plan: what an approval names. */
export const planDigest = (plan: Plan): string => digestOf(canonicalPlan(plan));

/** The plan that `canonicalPlan` wrote: `plan.json`, parsed. */
export function decodePlan(json: unknown): Result<Plan, Problem> {
  try {
    if (!isJsonMap(json) || json['schema'] !== 'gatebook/plan@1')
      throw new Malformed('it is not a gatebook/plan@1');
    const plan = planIn(json);
    // Whatever got lost or was added on the way would change the digest.
    if (canonicalPlan(plan) !== canonicalize(json)) throw new Malformed('it is not what the runner wrote');
    return ok(plan);
  } catch (thrown) {
    const why = messageOf(thrown);
    return err({
      code: 'PLAN_MALFORMED',
      message: `the plan can't be read: ${why}`,
      next: 'compare the bundle with its SHA256SUMS: gatebook verify BUNDLE',
    });
  }
}

function planIn(json: JsonMap): Plan {
  const form = decode(json) as Plan;
  checkForm(form);
  return fromJsonForm(form);
}

/** The outer form; what is inside a command is covered by the digest, which the caller compares. */
function checkForm(form: Plan): void {
  const commands = [...form.commands, ...form.teardown];
  const gates = commands.flatMap(({ guards, expectations }) => [...guards, ...expectations]);
  const fine =
    commands.every(({ id, actions }) => isCommandId(id) && Array.isArray(actions)) &&
    gates.every(
      ({ id, probe, expect }) => isGateId(id) && typeof probe.kind === 'string' && Array.isArray(expect),
    ) &&
    form.files.every(({ sha256 }) => isSha256(sha256)) &&
    isSha256(form.runbook.sha256);
  if (!fine) throw new Malformed('a part of it has another form');
}

/**
 * The plan as it will be read again: what runs now and what a recovery runs are the same value. Refuses what has
 * no canonical form (half of a surrogate pair).
 */
export function normalPlan(plan: Plan): Result<Plan, readonly PlanProblem[]> {
  try {
    const text = canonicalPlan(plan);
    const normal = planIn(JSON.parse(text) as JsonMap);
    // Reading what was written loses nothing, so that both have one canonical form.
    canonical.set(normal, text);
    return ok(normal);
  } catch (thrown) {
    const why = messageOf(thrown);
    return err([
      {
        code: 'GB2606',
        exit: 3,
        message: `a text of the runbook has no canonical form: ${why}`,
        next: 'write valid Unicode',
      },
    ]);
  }
}
