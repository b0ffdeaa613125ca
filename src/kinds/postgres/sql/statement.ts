import type { Token } from './lexer.js';
import type { Statement } from './split.js';

const words = (tokens: readonly Token[]): string[] =>
  tokens.map((t) => (t.type === 'word' ? t.value.toUpperCase() : ''));

/** Words that may stand between CREATE and the kind of object. */
const adjectives = new Set([
  ...['OR', 'REPLACE', 'UNIQUE', 'TEMP', 'TEMPORARY', 'UNLOGGED', 'GLOBAL', 'LOCAL', 'RECURSIVE'],
  ...['TRUSTED', 'PROCEDURAL', 'CONSTRAINT', 'DEFAULT'],
]);
const twoWords = new Set([
  'MATERIALIZED',
  'FOREIGN',
  'EVENT',
  'ACCESS',
  'OPERATOR',
  'TEXT',
  'USER',
  'LARGE',
  'SECURITY',
]);

/**
 * The kind of a statement, as a runbook names it: GRANT, COPY, CREATE TABLE, ALTER OWNER, ALTER DEFAULT
 * PRIVILEGES, …
 */
export function statementKind(tokens: Statement): string {
  const all = words(tokens);
  const [first = '', second = ''] = all;
  if (first === 'ALTER' && second === 'DEFAULT') return 'ALTER DEFAULT PRIVILEGES';
  if (first === 'ALTER' && all.some((w, i) => w === 'OWNER' && all[i + 1] === 'TO')) return 'ALTER OWNER';
  if (first !== 'CREATE' && first !== 'ALTER' && first !== 'DROP' && first !== 'COMMENT') return first;
  if (first === 'COMMENT') return 'COMMENT';
  const rest = all.slice(1);
  const index = rest.findIndex((w) => !adjectives.has(w));
  const kind = rest[index] ?? '';
  const more = twoWords.has(kind) ? ` ${rest[index + 1] ?? ''}` : '';
  return `${first} ${kind}${more}`.trim();
}

const isName = (t: Token | undefined): t is Token => t?.type === 'name' || t?.type === 'word';

/** The first `schema.name` of a statement; a schema of its own name for statements on schemas. */
export function qualifiedName(tokens: Statement): { readonly schema: string; readonly name: string } | null {
  for (const [i, token] of tokens.entries()) {
    const [dot, name] = [tokens[i + 1], tokens[i + 2]];
    if (isName(token) && dot?.value === '.' && dot.type === 'other' && isName(name))
      return { schema: token.value, name: name.value };
    const next = tokens[i + 1];
    if (token.type === 'word' && token.value === 'schema' && isName(next)) {
      // ALTER DEFAULT PRIVILEGES … IN SCHEMA x, GRANT … ON SCHEMA x, CREATE SCHEMA x.
      return { schema: next.value, name: next.value };
    }
  }
  return null;
}

/** Every identifier, wherever it stands: to find out whether a statement has to do with a schema at all. */
export const mentions = (tokens: Statement, name: string): boolean =>
  tokens.some((t) => (isName(t) && t.value === name) || (t.type === 'text' && t.value.includes(name)));

/** The roles that a statement gives to, takes from, maps, or makes the owner; PUBLIC isn't one. */
export function rolesIn(tokens: Statement): readonly string[] {
  switch (statementKind(tokens)) {
    case 'GRANT':
    case 'REVOKE':
      return rolesBehind(tokens, 'to', 'from');
    case 'ALTER DEFAULT PRIVILEGES':
      return [
        ...new Set([
          ...rolesBehind(before(tokens, 'grant', 'revoke'), 'role'),
          ...rolesBehind(tokens, 'to', 'from'),
        ]),
      ];
    case 'ALTER OWNER':
      return rolesBehind(tokens, 'to');
    // What stands in parentheses, a condition or an option, may hold these words too.
    case 'CREATE POLICY':
      return rolesBehind(before(tokens, '('), 'to');
    case 'CREATE USER MAPPING':
      return rolesBehind(before(tokens, '('), 'for');
    default:
      return [];
  }
}

const isWordOrSign = ({ type }: Token): boolean => type === 'word' || type === 'other';

function before(tokens: Statement, ...values: readonly string[]): Statement {
  const at = tokens.findIndex((t) => isWordOrSign(t) && values.includes(t.value));
  return at < 0 ? tokens : tokens.slice(0, at);
}

/** The list of names behind the last of these words. */
function rolesBehind(tokens: Statement, ...words: readonly string[]): readonly string[] {
  const roles = new Set<string>();
  const word = tokens.findLastIndex((t) => t.type === 'word' && words.includes(t.value));
  for (let at = word + 1; word >= 0; at += 2) {
    const [name, comma] = [tokens[at], tokens[at + 1]];
    if (isName(name) && !(name.type === 'word' && name.value === 'public')) roles.add(name.value);
    if (comma?.value !== ',') break;
  }
  return [...roles];
}
