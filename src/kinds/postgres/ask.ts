import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Value, ValueMap } from '../../base/value.js';
import { field, toJson } from '../../base/value.js';
import type { PgProblem, Session } from '../../ports/postgres.js';
import type { KindProblem } from '../executor.js';

export const asKindProblem = (problem: PgProblem): KindProblem => ({
  code: problem.code,
  message: problem.message,
  ...(problem.sqlstate !== undefined && { sqlstate: problem.sqlstate }),
  ...(problem.next !== undefined && { next: problem.next }),
});

/** A statement of ours: its rows, or the session's problem as a kind's. */
export async function ask(
  session: Session,
  text: string,
  params: readonly Value[] = [],
): Promise<Result<readonly ValueMap[], KindProblem>> {
  const result = await session.query(text, params);
  return result.ok ? ok(result.value.rows) : err(asKindProblem(result.error));
}

const page = 5000;

/** What becomes of each row of a long result, some at a time: a session hands over no more than `resultLimits`. */
export async function askEach<T>(
  session: Session,
  text: string,
  params: readonly Value[],
  each: (row: ValueMap) => T,
): Promise<Result<readonly T[], KindProblem>> {
  const declared = await ask(session, `DECLARE gatebook_rows NO SCROLL CURSOR WITH HOLD FOR ${text}`, params);
  if (!declared.ok) return declared;
  const made: T[] = [];
  for (let got = page; got === page;) {
    const rows = await ask(session, `FETCH ${page} FROM gatebook_rows`);
    if (!rows.ok) return rows;
    for (const row of rows.value) made.push(each(row));
    got = rows.value.length;
  }
  const closed = await ask(session, 'CLOSE gatebook_rows');
  return closed.ok ? ok(made) : closed;
}

/** A column as text; null becomes the empty string. */
export const textOf = (row: ValueMap, column: string): string => {
  const value = field(row, column);
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(toJson(value)) : String(value);
};
export const isTrue = (row: ValueMap, column: string): boolean => field(row, column) === true;
/** A text array column. */
export const textsOf = (row: ValueMap, column: string): readonly string[] => {
  const value = field(row, column);
  return Array.isArray(value) ? value.map(String) : [];
};
