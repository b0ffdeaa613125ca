import { splitStatements, wording, type Statement } from './split.js';

/**
 * What PostgreSQL (14 to 18) refuses inside a transaction, SQLSTATE 25001: PreventInTransactionBlock in its sources.
 * REINDEX and CLUSTER of what turns out to be partitioned, and DROP SUBSCRIPTION with a slot, only the server knows.
 */
const refused: readonly (readonly [RegExp, string])[] = [
  [/^CREATE (UNIQUE )?INDEX CONCURRENTLY\b/, 'CREATE INDEX CONCURRENTLY'],
  [/^DROP INDEX CONCURRENTLY\b/, 'DROP INDEX CONCURRENTLY'],
  [
    /^REINDEX (\( [^)]*\bCONCURRENTLY\b(?! (FALSE|OFF|0)\b)|(\( [^)]*\) )?\w+ CONCURRENTLY\b)/,
    'REINDEX CONCURRENTLY',
  ],
  [/^REINDEX (\( [^)]*\) )?(SCHEMA|DATABASE|SYSTEM)\b/, 'REINDEX of more than one table'],
  [/^ALTER TABLE (?=.*\bDETACH PARTITION\b).*\bCONCURRENTLY$/, 'DETACH PARTITION CONCURRENTLY'],
  [/^VACUUM\b/, 'VACUUM'],
  [/^CLUSTER( \( [^)]*\)| VERBOSE)?$/, 'CLUSTER of more than one table'],
  [/^(CREATE|DROP) DATABASE\b/, 'making or dropping a database'],
  [/^ALTER DATABASE \S+ SET TABLESPACE\b/, 'moving a database'],
  [/^(CREATE|DROP) TABLESPACE\b/, 'making or dropping a tablespace'],
  [
    /^CREATE SUBSCRIPTION (?!.*\b(CONNECT|CREATE_SLOT) = (?!TRUE\b|ON\b|1\b))/,
    'a subscription that makes its slot',
  ],
  [
    /^ALTER SUBSCRIPTION \S+ (REFRESH PUBLICATION\b|(SET|ADD|DROP) PUBLICATION (?!.*\bREFRESH = (?!TRUE\b|ON\b|1\b)))/,
    'refreshing a subscription',
  ],
  [/^ALTER SYSTEM\b/, 'ALTER SYSTEM'],
];

/** What is done CONCURRENTLY waits for others' transactions, and lets theirs go on meanwhile (PostgreSQL docs, 13.3). */
export function blocksNobody(text: string): boolean {
  const [statement] = splitStatements(text);
  return statement !== undefined && /CONCURRENTLY/.test(outsideTransaction(statement) ?? '');
}

/** 25001, and what a procedure that commits gets, 2D000 (PostgreSQL docs, appendix A). */
export const wantsNoTransaction = (sqlstate: string | undefined): boolean =>
  sqlstate === '25001' || sqlstate === '2D000';

/** The name of what can't be done inside a transaction. */
export function outsideTransaction(statement: Statement): string | undefined {
  const words = wording(statement);
  return refused.find(([pattern]) => pattern.test(words))?.[1];
}
