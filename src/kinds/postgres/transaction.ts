import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { Value } from '../../base/value.js';
import { field } from '../../base/value.js';
import type { PgProblem, Rows, Session } from '../../ports/postgres.js';
import type { KindProblem } from '../executor.js';
import { asKindProblem } from './ask.js';
import { wantsNoTransaction } from './sql/outside-transaction.js';
import { isOwnSetting } from './sql/own-settings.js';
import { splitStatements, wording, type Statement } from './sql/split.js';

const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /^(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE TRANSACTION)\b/,
    'controls the transaction',
  ],
  [/^(SET|RESET|DISCARD|LOAD|LISTEN|LOCK)\b/, 'changes the session or its transaction'],
  [/^COPY\b/, 'copies to or from a stream, a file or a program'],
];

/** A first, readable refusal; what really holds is the transaction that is looked at afterwards. */
export function checkStatement(text: string): Result<Statement, KindProblem> {
  const [statement] = splitStatements(text);
  if (!statement)
    return err({
      code: 'STATEMENT_EMPTY',
      message: 'there is no statement in this text',
      unchanged: true,
    });
  const words = wording(statement);
  const refused = refusals.find(([pattern]) => pattern.test(words));
  if (!refused) return ok(statement);
  return err({
    code: 'STATEMENT_REFUSED',
    message: `${words.split(' ', 1)[0] ?? ''} ${refused[1]}, which \`sql\` doesn't do`,
    next: 'Use one plain statement; session settings go under `settings:`.',
    unchanged: true,
  });
}

const marker = 'gatebook.transaction';

/**
 * Runs one statement in a READ ONLY transaction that is rolled back. The first statement there takes a snapshot,
 * after which PostgreSQL refuses READ WRITE; a mark that lives only as long as the transaction shows that the
 * statement didn't end it.
 */
export async function queryReadOnly(
  session: Session,
  text: string,
  params: readonly Value[],
): Promise<Result<Rows, KindProblem>> {
  const result = await inMarkedTransaction(session, text, params, 'READ ONLY');
  if (!result.ok) return result;
  await session.query('ROLLBACK');
  return result.value.marked && result.value.readOnly
    ? ok(result.value.rows)
    : err(escaped('READ_ONLY_ESCAPED', 'the statement left its read-only transaction'));
}

/**
 * Runs one statement on production, in a transaction that is committed once the statement is done: PostgreSQL lets
 * no DO block or procedure commit inside one (PostgreSQL docs, 43.8), so half of it can't stay.
 */
export async function queryInTransaction(
  session: Session,
  text: string,
  params: readonly Value[],
): Promise<Result<Rows, KindProblem>> {
  const result = await inMarkedTransaction(session, text, params, 'READ WRITE');
  if (!result.ok) return result;
  if (!result.value.marked) {
    await session.query('ROLLBACK');
    return err(escaped('TRANSACTION_ESCAPED', 'the statement ended its transaction'));
  }
  const committed = await session.query('COMMIT');
  return committed.ok ? ok(result.value.rows) : err(await rolledBack(session, committed.error));
}

/** A server that answers with an error, and then to ROLLBACK, has kept nothing; of one that is gone nobody knows. */
async function rolledBack(session: Session, error: PgProblem): Promise<KindProblem> {
  const problem = asKindProblem(error);
  const answered = await session.query('ROLLBACK');
  if (!answered.ok) return problem;
  return {
    ...problem,
    message: `${problem.message}; rolled back, so nothing was changed`,
    unchanged: true,
    ...(wantsNoTransaction(problem.sqlstate) && {
      next: 'Say `transaction: none` (docs/disable.md#outside-a-transaction): it runs in none.',
    }),
  };
}

const escaped = (code: string, message: string): KindProblem => ({
  code,
  message,
  next: 'Look at what it did; nothing else is run on this session.',
});

interface Marked {
  readonly rows: Rows;
  /** Still the transaction that was begun. */
  readonly marked: boolean;
  readonly readOnly: boolean;
}

async function inMarkedTransaction(
  session: Session,
  text: string,
  params: readonly Value[],
  access: 'READ ONLY' | 'READ WRITE',
): Promise<Result<Marked, KindProblem>> {
  const checked = checkStatement(text);
  if (!checked.ok) return checked;
  const fail = (problem: PgProblem) => err<KindProblem>({ ...asKindProblem(problem), unchanged: true });
  const begun = await session.query(`BEGIN ${access}`);
  if (!begun.ok) return fail(begun.error);
  const mark = String(session.backendPid);
  const marked = await session.query('SELECT pg_catalog.set_config($1, $2, true)', [marker, mark]);
  if (!marked.ok) return fail(marked.error);
  const result = await session.query(text, params);
  if (!result.ok) {
    const problem = await rolledBack(session, result.error);
    return err(access === 'READ ONLY' ? asKindProblem(result.error) : problem);
  }
  const after = await session.query(
    `SELECT pg_catalog.current_setting('transaction_read_only') AS read_only, pg_catalog.current_setting($1, true) AS mark`,
    [marker],
  );
  if (!after.ok) return err(asKindProblem(after.error));
  const row = after.value.rows[0] ?? {};
  return ok({
    rows: result.value,
    marked: field(row, 'mark') === mark,
    readOnly: field(row, 'read_only') === 'on',
  });
}

export function checkSettings(
  settings: Readonly<Record<string, string>>,
  production: boolean,
): Result<null, KindProblem> {
  const refused = Object.keys(settings).find((name) => isOwnSetting(name, production));
  if (refused === undefined) return ok(null);
  return err({
    code: 'SETTING_REFUSED',
    message: `${refused} is the runner's own to set`,
    next: 'Leave it out.',
  });
}
