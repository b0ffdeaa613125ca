import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import type { Value } from '../../../base/value.js';
import { counted } from '../../../base/words.js';
import type { Rows, Session } from '../../../ports/postgres.js';
import type { ActionContext, ActionExecutor, KindProblem, LiveTarget } from '../../executor.js';
import { asKindProblem } from '../../postgres/ask.js';
import { blocksNobody } from '../../postgres/sql/outside-transaction.js';
import {
  checkSettings,
  checkStatement,
  queryInTransaction,
  queryReadOnly,
} from '../../postgres/transaction.js';
import { withSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';

/** Class 00: successful completion (PostgreSQL docs, appendix A). */
const success = '00000';
/** None of them changed is a count too; other statements have none. */
const countsRows = /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE)$/;

export const execute: ActionExecutor<Args> = async (args, context) => {
  const session = { opened: false };
  const result = await runSql(args, context, () => (session.opened = true));
  if (!result.ok && result.error.sqlstate === readOnlyViolated)
    return err({ ...result.error, next: onlyRead });
  if (!result.ok) return session.opened ? result : err({ ...result.error, unchanged: true });
  const { rows, rowCount, command } = result.value;
  return ok({
    outputs: { rows, row_count: rowCount, sqlstate: success },
    words: rowCount > 0 || countsRows.test(command) ? `${command}, ${counted(rowCount, 'row')}` : command,
  });
};

async function runSql(
  args: Args,
  context: ActionContext,
  onSession: () => void,
): Promise<Result<Rows, KindProblem>> {
  const text = sqlText(args, context);
  if (!text.ok) return text;
  const target = context.target(args.target);
  if (!target.ok) return target;
  const { settings = {} } = args;
  const allowed = checkSettings(settings, target.value.declaration.production);
  if (!allowed.ok) return allowed;
  const run = (session: Session, on: LiveTarget) => {
    onSession();
    return runOn(session, on, args, text.value);
  };
  const patient = args.transaction === 'none' && blocksNobody(text.value);
  return withSession(context, args.target, run, { settings, write: true, patient });
}

function sqlText(args: Args, context: ActionContext): Result<string, KindProblem> {
  const { query, file, sha256 } = args;
  if ((query === undefined) === (file === undefined) || (file === undefined) !== (sha256 === undefined))
    return err({ code: 'SQL_ARGS', message: 'sql takes `query`, or `file` with `sha256`' });
  if (query !== undefined) return ok(query);
  const pinned = context.pinned(file ?? '');
  if (!pinned) return err({ code: 'FILE_ABSENT', message: `the plan holds no file ${file}` });
  if (pinned.sha256 !== sha256)
    return err({
      code: 'PIN_MISMATCH',
      message: `${file} has the sha256 ${pinned.sha256}, pinned is ${sha256}`,
      next: 'Review the file, then change the pin.',
    });
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(pinned.content));
  } catch {
    return err({ code: 'NOT_UTF8', message: `${file} is not UTF-8` });
  }
}

async function runOn(
  session: Session,
  { declaration }: LiveTarget,
  args: Args,
  text: string,
): Promise<Result<Rows, KindProblem>> {
  const params = (args.params ?? []) as readonly Value[];
  if (args.transaction === 'none') return runOutside(session, declaration, text, params);
  if (declaration.access === 'read') return queryReadOnly(session, text, params);
  if (declaration.production) return queryInTransaction(session, text, params);
  const mayBeScript = args.file !== undefined && params.length === 0;
  if (!mayBeScript) {
    const checked = checkStatement(text);
    if (!checked.ok) return checked;
  }
  const result = mayBeScript ? await session.script(text) : await session.query(text, params);
  return result.ok ? result : err(asKindProblem(result.error));
}

/** Class 25: invalid transaction state; this one is a change where one only reads (PostgreSQL docs, appendix A). */
const readOnlyViolated = '25006';
const onlyRead =
  'A target with `access: read` is only read, so is any by a command with `effect: observe`, and a standby by everybody.';

/** The extended protocol takes one statement only, and none that a transaction of its own would surround. */
async function runOutside(
  session: Session,
  { access }: LiveTarget['declaration'],
  text: string,
  params: readonly Value[],
): Promise<Result<Rows, KindProblem>> {
  if (access === 'read')
    return err({ code: 'STATEMENT_REFUSED', message: 'outside a transaction nothing would be read-only' });
  const checked = checkStatement(text);
  if (!checked.ok) return checked;
  const result = await session.query(text, params);
  if (result.ok) return result;
  const next =
    'It ran outside a transaction: look for what it did before it failed, such as an invalid index.';
  return err({ ...asKindProblem(result.error), next });
}
