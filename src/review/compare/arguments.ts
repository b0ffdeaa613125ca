import { field, isList, isMap, type Value, type ValueMap } from '../../base/value.js';
import { cut, visible } from '../../base/visible.js';
import { showTemplate, type Template } from '../../model/template.js';
import { plain, shown } from '../words.js';
import type { Change, ChangeKind, Place, Weight } from './change.js';
import { onlyIn } from './named.js';
import { meaning, same } from './same.js';

/** Arguments whose change deserves a kind of its own; any other is `action-changed`. */
const kinds: Readonly<Record<string, ChangeKind>> = {
  argv: 'program-changed',
  args: 'program-changed',
  file: 'program-changed',
  sha256: 'program-changed',
  interpreter: 'program-changed',
  env: 'program-changed',
  stdin: 'program-changed',
  query: 'sql-changed',
  params: 'sql-changed',
  settings: 'sql-changed',
  transaction: 'sql-changed',
  encrypt: 'encryption-changed',
  allow_errors: 'allowed-errors-changed',
};

const meanings: Readonly<Record<string, string>> = {
  argv: 'other words of its command line',
  args: 'other arguments of its script',
  file: 'another script',
  sha256: 'other bytes of its file',
  interpreter: 'another interpreter',
  env: 'another environment',
  stdin: 'another input',
  query: 'another statement',
  params: 'other values of its statement',
  transaction: 'what a failure of it leaves',
  encrypt: 'is encrypted otherwise',
  destroy: 'other things by name',
};

/** What an action or probe of one kind is given otherwise; one change an argument. */
export function compareArguments(kind: string, before: Template, after: Template, place: Place): Change[] {
  const [old, now] = [showTemplate(before), showTemplate(after)];
  if (!isMap(old) || !isMap(now))
    return same(before, after) ? [] : [changedArgument(kind, { name: kind, before: old, after: now }, place)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((name) => !same(old[name], now[name]))
    .map((name) =>
      changedArgument(
        kind,
        { name, before: old[name], after: now[name] },
        { ...place, path: [...place.path, name] },
      ),
    );
}

interface Argument {
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

function changedArgument(kind: string, { name, before, after }: Argument, place: Place): Change {
  const [old, now] = wordsOf(name, before, after);
  return {
    kind: kinds[name] ?? 'action-changed',
    weight: weightOf(name, before, after),
    place,
    what: `${kind}: ${meanings[name] ?? otherwise(name)}`,
    ...(old !== null && { before: old }),
    ...(now !== null && { after: now }),
  };
}

const otherwise = (name: string): string =>
  `${name.endsWith('s') ? 'other' : 'another'} ${name.replaceAll('_', ' ')}`;

function weightOf(name: string, before: Value | undefined, after: Value | undefined): Weight {
  if (name === 'encrypt') return keyOf(before) === keyOf(after) ? 'changes' : 'weakens';
  if (name === 'allow_errors') return allowsMore(before, after) ? 'weakens' : 'changes';
  if (name === 'ok_codes') return allowsMore(before ?? [0], after ?? [0]) ? 'weakens' : 'changes';
  if (name === 'transaction') return after === undefined ? 'strengthens' : 'weakens';
  return 'changes';
}

const keyOf = (encrypt: Value | undefined): string =>
  meaning(isMap(encrypt ?? null) ? field(encrypt as ValueMap, 'key') : undefined);

/** Whether the new list holds something that the old one didn't. */
const allowsMore = (before: Value | undefined, after: Value | undefined): boolean =>
  isList(after) && onlyIn(after, isList(before) ? before : []).length > 0;

const longest = 240;
const context = 60;

/** Both values as a person reads them; of long texts and lists, where they part. */
function wordsOf(
  name: string,
  before: Value | undefined,
  after: Value | undefined,
): readonly [string | null, string | null] {
  // One list as the only value of a statement: what parts the two is inside.
  if (isList(before) && isList(after) && before.length === 1 && after.length === 1)
    return wordsOf(name, before[0], after[0]);
  if (isList(before) && isList(after) && name !== 'argv') {
    const [gone, come] = [onlyIn(before, after), onlyIn(after, before)];
    if (gone.length + come.length > 0)
      return [
        gone.length === 0 ? null : gone.map((v) => one(v, name)).join(', '),
        come.length === 0 ? null : come.map((v) => one(v, name)).join(', '),
      ];
  }
  const [old, now] = [before, after].map((value) => (value === undefined ? null : whole(value, name)));
  if (typeof old !== 'string' || typeof now !== 'string')
    return [old === undefined ? null : short(old), short(now ?? null)];
  return old.length <= longest && now.length <= longest ? [old, now] : excerpts(old, now);
}

const short = (text: string | null): string | null => (text === null ? null : cut(text, longest));

function whole(value: Value, name: string): string {
  if (typeof value === 'string') return plain(visible(value));
  if (isList(value) && value.every((item) => typeof item === 'string'))
    return value
      .map((item) => plain(visible(/^[^\s"']+$/.test(item) ? item : JSON.stringify(item))))
      .join(' ');
  return one(value, name);
}

const one = (value: Value, name: string): string =>
  isMap(value)
    ? Object.entries(value)
        .map(([key, entry]) => `${key}: ${one(entry, key)}`)
        .join('; ')
    : plain(shown(value, name));

/** Where two texts part, with a little of what surrounds it. */
export function excerpts(before: string, after: string): readonly [string, string] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const from = Math.max(0, start - context);
  const excerpt = (text: string): string => {
    const to = Math.min(text.length, text.length - end + context);
    return cut(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`, longest);
  };
  return [excerpt(before), excerpt(after)];
}
