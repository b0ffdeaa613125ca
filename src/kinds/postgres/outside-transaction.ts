/** What PostgreSQL (14 to 18) refuses inside a transaction, SQLSTATE 25001: PreventInTransactionBlock in its sources. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b/i, 'CREATE INDEX CONCURRENTLY'],
  [/^DROP\s+INDEX\s+CONCURRENTLY\b/i, 'DROP INDEX CONCURRENTLY'],
  [/^REINDEX\s+(?:\([^)]*\bCONCURRENTLY\b|(?:\([^)]*\)\s*)?\w+\s+CONCURRENTLY\b)/i, 'REINDEX CONCURRENTLY'],
  [/^REINDEX\s+(?:\([^)]*\)\s*)?(?:SCHEMA|DATABASE|SYSTEM)\b/i, 'REINDEX of more than one table'],
  [/^ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY\s*;?\s*$/is, 'DETACH PARTITION CONCURRENTLY'],
  [/^VACUUM\b/i, 'VACUUM'],
  [/^(?:CREATE|DROP)\s+DATABASE\b/i, 'making or dropping a database'],
  [/^(?:CREATE|DROP)\s+TABLESPACE\b/i, 'making or dropping a tablespace'],
  [/^ALTER\s+SYSTEM\b/i, 'ALTER SYSTEM'],
];

/** The name of what can't be done inside a transaction; the statement has no comment in front. */
export const outsideTransaction = (statement: string): string | undefined =>
  refused.find(([pattern]) => pattern.test(statement))?.[1];
