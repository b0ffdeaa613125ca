import { splitStatements, type Statement } from '../../postgres/sql/split.js';
import { mentions, qualifiedName, statementKind } from '../../postgres/sql/statement.js';
import type { Args } from './schema.js';
import type { ServerError } from './server-log.js';

type Rule = NonNullable<Args['allow_errors']>[number];

/** A type and not an interface, so that it is a `Value`. */
export type AllowedCount = {
  readonly note: string;
  readonly role: string | null;
  readonly schema: string | null;
  readonly statement: string;
  readonly count: number;
};
export interface Classified {
  readonly allowed: readonly AllowedCount[];
  readonly disallowed: readonly ServerError[];
}

/** What a rule can look at. */
interface Facts {
  readonly error: ServerError;
  readonly mentioned: Statement;
  readonly kind: string;
  readonly schema: string | null;
  readonly role: string | null;
}

/** 42704 is a missing type, collation or role: which, the message says (lc_messages is C). */
const missingRole = /^role "([^]*)" does not exist$/;

function factsOf(error: ServerError): Facts {
  const statements = [...splitStatements(error.statement)];
  const [first = []] = statements;
  return {
    error,
    // Several statements in one query: whatever any of them mentions counts for `never`.
    mentioned: statements.flat(),
    kind: statementKind(first),
    schema: qualifiedName(first)?.schema ?? null,
    role: missingRole.exec(error.message)?.[1] ?? null,
  };
}

const upper = (list: readonly string[]): string[] => list.map((s) => s.toUpperCase());

/** Every field of `only` must match; any field of `never` refuses. */
function matches({ sqlstate, only, never }: Rule, { error, mentioned, kind, schema, role }: Facts): boolean {
  if (error.sqlstate !== sqlstate) return false;
  if (only?.role && (role === null || !only.role.includes(role))) return false;
  if (only?.statement && !upper(only.statement).includes(kind)) return false;
  if (only?.schema && (schema === null || !only.schema.includes(schema))) return false;
  if (never?.role && role !== null && never.role.includes(role)) return false;
  if (never?.statement && upper(never.statement).includes(kind)) return false;
  return !never?.schema?.some((name) => mentions(mentioned, name));
}

/** Counts what the rules allow by note, role, schema and statement kind; everything else is disallowed. */
export function classify(errors: readonly ServerError[], rules: readonly Rule[]): Classified {
  const counts = new Map<string, AllowedCount>();
  const disallowed: ServerError[] = [];
  for (const error of errors) {
    const facts = factsOf(error);
    const rule = rules.find((r) => matches(r, facts));
    if (!rule) {
      disallowed.push(error);
      continue;
    }
    const { role, schema, kind: statement } = facts;
    const key = JSON.stringify([rule.note, role, schema, statement]);
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { note: rule.note, role, schema, statement, count });
  }
  return { allowed: [...counts.values()], disallowed };
}
