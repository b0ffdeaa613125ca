import { isSha256 } from '../base/ids.js';
import type { Binding } from '../model/binding.js';
import type { PlanBasis } from './approval.js';

/** More would be another plan altogether; the first ones say which. */
const mostShown = 6;

/** What a person has to look at where the plan isn't the approved one: files, params, the runner's version. */
export const planDifferences = (approved: PlanBasis, now: PlanBasis): readonly string[] =>
  differences(approved, now).map((words) => words.replace(/^files\./, 'file '));

/** What means something else here and now than it did where the approval was asked for. */
export const bindingDifferences = (approved: Binding, now: Binding): readonly string[] =>
  differences(approved, now);

export function inOneSentence(found: readonly string[]): string {
  const more = found.length - mostShown;
  return `${found.slice(0, mostShown).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function differences(approved: object, now: object): readonly string[] {
  const before = new Map(leaves(approved, ''));
  const after = new Map(leaves(now, ''));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    return was === is ? [] : [worded(path, was, is)];
  });
}

function worded(path: string, was: string | undefined, is: string | undefined): string {
  const place = path.replace(/\.(?:sha256|digest)$/, '');
  if (is === undefined) return `${place} is not there any more`;
  if (was === undefined) return `${place} is new`;
  // A digest tells a person nothing but that it differs.
  if (isDigest(was) || isDigest(is)) return `${place} has changed`;
  return `${place} is ${shown(is)}, and ${shown(was)} was approved`;
}

const isDigest = (text: string): boolean => isSha256(text.replace(/^"|"$/g, ''));
const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** Entries of a list by their name or path where they have one, so that an inserted one doesn't move the others. */
function leaves(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value)]];
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const entries = Array.isArray(value)
    ? value.map((entry: unknown, index) => [at(nameOf(entry) ?? String(index)), withoutName(entry)] as const)
    : Object.entries(value).map(([name, entry]) => [at(name), entry as unknown] as const);
  return entries.flatMap(([name, entry]) => leaves(entry, name));
}

function naming(entry: unknown): 'name' | 'path' | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { name, path } = entry as { name?: unknown; path?: unknown };
  if (typeof name === 'string') return 'name';
  return typeof path === 'string' ? 'path' : null;
}

function nameOf(entry: unknown): string | null {
  const by = naming(entry);
  return by === null ? null : String((entry as Record<string, unknown>)[by]);
}

function withoutName(entry: unknown): unknown {
  const by = naming(entry);
  return by === null
    ? entry
    : Object.fromEntries(Object.entries(entry as object).filter(([name]) => name !== by));
}
