/** A lexical unit of SQL. `name` is an identifier as the catalog has it; `word` a bare one, folded to lower case. */
export interface Token {
  readonly type: 'word' | 'name' | 'text' | 'other';
  readonly value: string;
}
export interface Statement {
  readonly text: string;
  readonly tokens: readonly Token[];
}

// PostgreSQL docs, 4.1: comments (nested ones aside, which pg_dump never writes), quoted names, constants with and
// without escapes, dollar quotes, bare words; any other single character stands for itself.
const lexeme =
  /(--[^\n]*|\/\*[^]*?\*\/|\s+)|"((?:[^"]|"")*)"|([eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*')|(\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[^]*?\$\5\$)|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|([^])/gy;

/** psql's own lines (`\restrict`, `\connect`): only outside of any statement. */
const metaCommand = /\\[^\n]*\n/y;

/** Splits a script at each `;` that ends a statement. Never inside quotes, comments or parentheses. */
export function* splitStatements(script: string): Generator<Statement> {
  let start = 0;
  let depth = 0;
  let tokens: Token[] = [];
  let at = 0;
  while (at < script.length) {
    if (tokens.length === 0 && script[at] === '\\') {
      metaCommand.lastIndex = at;
      const line = metaCommand.exec(script);
      at = line ? metaCommand.lastIndex : script.length;
      start = at;
      continue;
    }
    lexeme.lastIndex = at;
    const [whole = '', , name, text, dollar, , word, other] = lexeme.exec(script) ?? [];
    at += whole.length || 1;
    if (name !== undefined) tokens.push({ type: 'name', value: name.replaceAll('""', '"') });
    else if (text !== undefined || dollar !== undefined) tokens.push({ type: 'text', value: whole });
    else if (word !== undefined) tokens.push({ type: 'word', value: word.toLowerCase() });
    else if (other !== undefined) {
      if (other === '(') depth++;
      if (other === ')') depth--;
      if (other === ';' && depth <= 0) {
        yield { text: script.slice(start, at), tokens };
        [start, depth, tokens] = [at, 0, []];
      } else tokens.push({ type: 'other', value: other });
    }
  }
  if (tokens.length > 0) yield { text: script.slice(start), tokens };
}

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
export function statementKind({ tokens }: Statement): string {
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
export function qualifiedName({
  tokens,
}: Statement): { readonly schema: string; readonly name: string } | null {
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
export const mentions = ({ tokens }: Statement, name: string): boolean =>
  tokens.some((t) => (isName(t) && t.value === name) || (t.type === 'text' && t.value.includes(name)));

/** The roles that a statement gives to, takes from, or makes the owner; PUBLIC isn't one. */
export function rolesIn(statement: Statement): readonly string[] {
  const { tokens } = statement;
  const kind = statementKind(statement);
  const roles: string[] = [];
  const listFrom = (start: number) => {
    for (let i = start; ; i += 2) {
      const token = tokens[i];
      if (isName(token) && !(token.type === 'word' && token.value === 'public')) roles.push(token.value);
      if (tokens[i + 1]?.value !== ',') return;
    }
  };
  const lastWord = (...values: string[]) =>
    tokens.findLastIndex((t) => t.type === 'word' && values.includes(t.value));
  if (kind === 'ALTER DEFAULT PRIVILEGES') {
    const forRole = tokens.findIndex(
      (t, i) => t.value === 'for' && ['role', 'user'].includes(tokens[i + 1]?.value ?? ''),
    );
    if (forRole >= 0) listFrom(forRole + 2);
  }
  if (kind === 'GRANT' || kind === 'ALTER DEFAULT PRIVILEGES' || kind === 'REVOKE') {
    const at = lastWord('to', 'from');
    if (at >= 0) listFrom(at + 1);
  } else if (kind === 'ALTER OWNER' || kind === 'CREATE POLICY') {
    const at =
      kind === 'ALTER OWNER'
        ? lastWord('to')
        : tokens.findIndex((t) => t.type === 'word' && t.value === 'to');
    if (at >= 0) listFrom(at + 1);
  }
  return [...new Set(roles)];
}
