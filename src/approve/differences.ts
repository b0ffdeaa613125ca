import { isSha256 } from '../base/ids.js';
import { listed } from '../base/words.js';
import type { Binding } from '../model/binding.js';
import type { PlanBasis } from './approval.js';

/** One thing that differs, in words. */
interface Difference {
  /** The part of the plan or binding that it stands in: `targets`, `programs`. */
  readonly part: string;
  readonly words: string;
}

/** Of each part the place in which it is told: what says most of where and on what a run would act comes first. */
const planOrder: Readonly<Record<keyof PlanBasis, number>> = { params: 1, gatebook: 2, files: 3 };
const bindingOrder: Readonly<Record<keyof Binding, number>> = {
  mode: 1,
  targets: 2,
  keys: 3,
  outside: 4,
  sealed: 5,
  attestations: 6,
  approvers: 7,
  requester: 8,
  docker: 9,
  sandbox: 10,
  project: 11,
  path: 12,
  programs: 13,
  state: 14,
  schema: 15,
};

/** More than these would not be read; of the others it is said where they are. */
const mostShown = 6;

/** What a person has to look at where the plan isn't the approved one: files, params, the runner's version. */
export const planDifferences = (approved: PlanBasis, now: PlanBasis): readonly Difference[] =>
  differences(approved, now, planOrder).map(({ part, words }) => ({
    part,
    words: words.replace(/^files\./, 'file '),
  }));

/** What means something else here and now than it did where the approval was asked for. */
export const bindingDifferences = (approved: Binding, now: Binding): readonly Difference[] =>
  differences(approved, now, bindingOrder);

export function inOneSentence(found: readonly Difference[]): string {
  const shown = found.slice(0, mostShown).map(({ words }) => words);
  const rest = found.slice(mostShown);
  if (rest.length > 0)
    shown.push(`and ${rest.length} more, in ${listed([...new Set(rest.map(({ part }) => part))])}`);
  return shown.join('; ');
}

function differences(
  approved: object,
  now: object,
  order: Readonly<Record<string, number>>,
): readonly Difference[] {
  const before = new Map(leaves(approved, ''));
  const after = new Map(leaves(now, ''));
  const partOf = (path: string): string => path.split('.', 1)[0] ?? '';
  // An approval of another version may have parts that aren't known here.
  const rank = (path: string): number => order[partOf(path)] ?? Number.MAX_SAFE_INTEGER;
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((path) => {
      const [was, is] = [before.get(path), after.get(path)];
      return was === is ? [] : [{ part: partOf(path), words: worded(path, was, is) }];
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
  // A plan's own form of an integer that JSON doesn't hold exactly.
  if ('$int' in value && typeof value.$int === 'string') return [[path, value.$int]];
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
