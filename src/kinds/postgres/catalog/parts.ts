import { createHash } from 'node:crypto';

/** The first 32 hex digits of the sha256; of nothing, nothing. */
export const digest = (text: string): string =>
  text === '' ? '' : createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 32);

const relation =
  ' persistence rls force replica options toast partition bound inherits of method populated query numbers server';
/** What stands before the first label, then the labels, in the order in which the statement writes them. */
const forms: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    ...{ table: relation, view: relation, 'materialized view': relation, sequence: relation },
    'foreign table': relation,
    column:
      'type at notnull collation identity generated storage compression statistics options foreign default',
    index: 'definition valid clustered replident parent statistics',
    type: 'kind labels base collation notnull default range made',
    policy: 'command permissive roles using check',
  }).map(([kind, labels]) => [kind, labels.split(' ')] as const),
);

/** Names, numbers, yes or no. In the rest (defaults, conditions, queries, options) a secret may stand. */
const told: ReadonlySet<string> = new Set(
  'type at notnull collation identity generated storage compression persistence rls force replica inherits of method populated valid clustered replident parent kind base command permissive roles'.split(
    ' ',
  ),
);
const inWords: Readonly<Record<string, string>> = {
  ...{ at: 'position', notnull: 'NOT NULL', rls: 'row-level security', force: 'forced row-level security' },
  ...{ replica: 'replica identity', replident: 'replica identity', toast: 'TOAST options' },
  ...{ partition: 'partition key', bound: 'partition bound', method: 'access method', made: 'functions' },
  ...{ foreign: 'foreign options', server: 'server and options', statistics: 'statistics target' },
};

/** What a definition says, a line each: `notnull=t` where it may be told, else its digest, `default=#1a2b…`. */
export function partsOf(kind: string, definition: string): string {
  const form = forms.get(kind);
  if (form === undefined) return '';
  const parts: string[] = [];
  let [label = '', rest] = [form[0], ` ${definition}`];
  const add = (value: string): void => {
    if (value !== '') parts.push(`${label}=${told.has(label) ? value : `#${digest(value).slice(0, 8)}`}`);
  };
  for (const next of form.slice(1)) {
    const at = rest.indexOf(` ${next}=`);
    if (at === -1) continue;
    add(rest.slice(0, at).trim());
    rest = rest.slice(at + next.length + 2);
    label = next;
  }
  add(rest);
  return parts.join('\n');
}

/** In which parts two definitions differ: ` (type text, expected integer; default)`. Empty where nothing is known of it. */
export function differingParts(is: string, expected: string): string {
  const [held, wanted] = [readParts(is), readParts(expected)];
  const words = [...new Set([...held.keys(), ...wanted.keys()])]
    .filter((label) => held.get(label) !== wanted.get(label))
    .map((label) => {
      const name = inWords[label] ?? label;
      const shown = `${name} ${held.get(label) ?? 'none'}, expected ${wanted.get(label) ?? 'none'}`;
      return told.has(label) ? shown : name;
    });
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

const readParts = (parts: string): ReadonlyMap<string, string> =>
  new Map(
    parts.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
