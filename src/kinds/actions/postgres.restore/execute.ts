import { baseOf } from '../../../base/ids.js';
import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { counted as inWords, duration } from '../../../base/words.js';
import type { Session } from '../../../ports/postgres.js';
import type { ActionContext, ActionExecutor, ActionResult, KindProblem } from '../../executor.js';
import type { Archive, Contents } from '../../postgres/archive.js';
import { openArchive, readContents } from '../../postgres/archive.js';
import { libpqEnvironment } from '../../postgres/libpq.js';
import { suiting } from '../../postgres/server-major.js';
import { withSession } from '../../postgres/with-session.js';
import { classify } from './allowed.js';
import type { RestorePlan } from './plan.js';
import { planRestore } from './plan.js';
import { dropPublic, prepareRoles, prepareSchemas } from './prepare.js';
import { refused, roomAdvised } from './refused.js';
import type { Args } from './schema.js';
import type { ServerError } from './server-log.js';
import { errorsSince, markLog } from './server-log.js';
import type { Counted, Destination } from './stages.js';
import { discardDatabase, hasRows, restoreDefinitions, restorePrivileges, restoreRows } from './stages.js';

interface Work {
  readonly args: Args;
  readonly session: Session;
  readonly archive: Archive;
  readonly contents: Contents;
  readonly plan: RestorePlan;
  readonly to: Destination;
  readonly application: SessionNames;
}

export const execute: ActionExecutor<Args> = async (args, context) => {
  const target = context.target(args.target);
  if (!target.ok) return target;
  if (target.value.declaration.postgres.via !== 'sandbox')
    return err({
      code: 'NOT_A_SANDBOX',
      message: `${args.target} is not a sandbox; a backup is only ever restored into a throwaway server`,
    });
  const archive = await openArchive(context, args.artifact);
  if (!archive.ok) return archive;
  const contents = await readContents(context, archive.value);
  if (!contents.ok) return contents;
  const plan = await planRestore(context, contents.value, args.jobs ?? defaultJobs);
  if (!plan.ok) return plan;
  const { connection } = target.value;
  const application = sessionNames(context);
  const env = await libpqEnvironment(context, connection, application.stages);
  if (!env.ok) return env;
  const to = { database: connection.database, env: { ...env.value, PGOPTIONS: restoreSettings } };
  const parts = { archive: archive.value, contents: contents.value, plan: plan.value };
  return withSession(context, args.target, async (session) => {
    const suited = await suiting(context, session);
    return suited.ok ? restore(suited.value, { args, session, ...parts, to, application }) : suited;
  });
};

const defaultJobs = 2;

/**
 * application_name tells whose error a line of the log is, whenever the line gets there: what was tried at once and
 * rolled back must not be counted with the stages. PostgreSQL cuts it at 63 bytes, so a loop's item isn't in it.
 */
interface SessionNames {
  readonly atOnce: string;
  readonly stages: string;
}

function sessionNames({ run, label }: ActionContext): SessionNames {
  const command = `gatebook/${run.id}/${baseOf(label)}`;
  return { atOnce: `${command}/whole`, stages: `${command}/stages` };
}

/** Every statement that fails must be in the log with its text. */
const restoreSettings = [
  ...['-c', 'lc_messages=C', '-c', 'log_min_error_statement=error', '-c', 'log_min_messages=warning'],
  ...['-c', 'statement_timeout=0', '-c', 'maintenance_work_mem=256MB', '-c', 'synchronous_commit=off'],
].join(' ');

async function restore(context: ActionContext, work: Work): Promise<Result<ActionResult, KindProblem>> {
  const { args, session, archive } = work;
  const roles = await prepareRoles(session, archive.record, args.roles ?? 'stub');
  if (!roles.ok) return roles;
  const schemas = await prepareSchemas(session, archive.record);
  if (!schemas.ok) return schemas;
  const alike = await dropPublic(session, archive.record);
  if (!alike.ok) return alike;
  const startedAt = context.clock.monotonicMs();
  const mark = await markLog(session);
  if (!mark.ok) return mark;
  const mayFail = args.roles === 'none' && roles.value.length > 0;
  const atOnce = mayFail ? ok(false) : await restoreAtOnce(context, work);
  if (!atOnce.ok) return discard(context, work, atOnce.error);
  const counted = await runStages(context, work, atOnce.value);
  if (!counted.ok) return discard(context, work, counted.error);
  const nonce = context.files.nonce();
  const errors = await errorsSince(session, mark.value, work.application.stages, nonce);
  if (!errors.ok) return errors;
  const seconds = (context.clock.monotonicMs() - startedAt) / 1000;
  return judge(context, work, {
    errors: errors.value,
    counted: counted.value,
    rolesMissing: roles.value,
    seconds,
  });
}

async function discard(
  context: ActionContext,
  { to }: Work,
  why: KindProblem,
): Promise<Result<never, KindProblem>> {
  const discarded = await discardDatabase(context, to);
  if (discarded.ok) return err(roomAdvised(why));
  return err(
    roomAdvised({ ...why, ...discarded.error, message: `${why.message}; ${discarded.error.message}` }),
  );
}

/**
 * Definitions and rows in one transaction, in which PostgreSQL writes no WAL for the rows of new tables (docs,
 * 14.4.7): a third faster. One error undoes all of it, and then it is done again, going on after errors.
 */
async function restoreAtOnce(
  context: ActionContext,
  { application, archive, plan, to }: Work,
): Promise<Result<boolean, KindProblem>> {
  if (!hasRows(plan.rows)) return ok(false);
  const entries = [...plan.definitions, ...plan.rows];
  const env = { ...to.env, PGAPPNAME: application.atOnce };
  const counted = await restoreRows(context, archive, entries, { ...to, env, atOnce: true });
  if (counted.ok) return ok(true);
  return counted.error.code === 'RESTORE_FAILED' ? ok(false) : counted;
}

/** Definitions, rows, indexes side by side, what stands on them, privileges, what needs those. The sum of what each client counted. */
async function runStages(context: ActionContext, work: Work, rowsAreThere: boolean): Promise<Counted> {
  const { archive, contents, plan, to } = work;
  const stages: readonly (() => Promise<Counted>)[] = [
    ...(rowsAreThere
      ? []
      : [
          () => restoreDefinitions(context, contents, plan.definitions, to),
          () => restoreRows(context, archive, plan.rows, to),
        ]),
    () => restoreSideBySide(context, work),
    () => restoreDefinitions(context, contents, plan.rest, to),
    () => restorePrivileges(context, contents, plan.privileges, to),
    ...plan.last.map((list) => () => restoreDefinitions(context, contents, list, to)),
  ];
  let sum = 0;
  for (const stage of stages) {
    const counted = await stage();
    if (!counted.ok) return counted;
    sum += counted.value;
  }
  return ok(sum);
}

/** `jobs` workers, each taking the next list of the queue. */
async function restoreSideBySide(
  context: ActionContext,
  { args, contents, plan, to }: Work,
): Promise<Counted> {
  const queue = [...plan.indexes];
  const worker = async (): Promise<Counted> => {
    let sum = 0;
    for (let list = queue.shift(); list; list = queue.shift()) {
      const counted = await restoreDefinitions(context, contents, list, to);
      if (!counted.ok) {
        queue.length = 0;
        return counted;
      }
      sum += counted.value;
    }
    return ok(sum);
  };
  const all = await Promise.all(Array.from({ length: args.jobs ?? defaultJobs }, worker));
  return all.find((one) => !one.ok) ?? ok(all.reduce((sum, one) => sum + (one.ok ? one.value : 0), 0));
}

/** What the proof leaves out is said where its restore is, shortly; the whole list, with reasons, is an output. */
function notCompared([first, ...others]: readonly string[]): string {
  if (first === undefined) return '';
  const what = first.replace(/ \([^()]*\)$/, '');
  return others.length === 0
    ? `; not compared: ${what}`
    : `; ${others.length + 1} things not compared, such as ${what}`;
}

interface Restored {
  /** As the server recorded them, and how many its clients counted. */
  readonly errors: readonly ServerError[];
  readonly counted: number;
  readonly rolesMissing: readonly string[];
  readonly seconds: number;
}

function judge(
  context: ActionContext,
  { args, archive, contents }: Work,
  { errors, counted, rolesMissing, seconds }: Restored,
): Result<ActionResult, KindProblem> {
  if (errors.length !== counted)
    return err({
      code: 'ERROR_COUNT_DIFFERS',
      message: `the server recorded ${errors.length} errors, the clients ${counted}: one of them was lost`,
    });
  const { allowed, disallowed } = classify(errors, args.allow_errors ?? []);
  if (disallowed.length > 0) {
    const named = archive.record.content.largeObjects === null;
    return err(refused(context, disallowed, errors.length, named));
  }
  const objects = contents.entries.length;
  const tolerated =
    errors.length === 0 ? 'without an error' : `${inWords(errors.length, 'error')}, all of them allowed`;
  return ok({
    outputs: {
      errors: errors.length,
      allowed,
      disallowed: [],
      exit_code: 0,
      roles_missing: rolesMissing,
      objects,
    },
    words: `${inWords(objects, 'archive entry', 'archive entries')} restored in ${duration(seconds * 1000)}, ${tolerated}; digest and encryption intact${notCompared(archive.record.content.notCovered)}`,
  });
}
