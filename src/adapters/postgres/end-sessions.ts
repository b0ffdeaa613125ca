import pg from 'pg';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { counted } from '../../base/words.js';
import type { ConnectionParts, EndSpec, PgProblem } from '../../ports/postgres.js';
import type { Connected } from './connect.js';
import { connectClient, serverSideName, withClient } from './connect.js';
import { mismatch } from './identity.js';
import { queryProblem } from './problem.js';

const pollMs = 50;
const retryMs = 500;
/** How long beyond its time the last answer is waited for. */
const answerMs = 1_000;

/**
 * Ends the backends of a run and proves that none is left. Only sessions whose application_name begins with
 * the prefix; a role sees and may end its own (PostgreSQL docs, 9.27.2).
 */
export async function endSessions(spec: EndSpec): Promise<Result<number, PgProblem>> {
  const { connection, applicationPrefix, timeoutMs } = spec;
  const prefix = serverSideName(applicationPrefix);
  if (prefix === '') return err({ code: 'SQL_ERROR', message: 'an empty prefix would end every session' });
  const deadline = performance.now() + timeoutMs;
  const connected = await reach(connection, deadline, timeoutMs);
  if (!connected.ok) return connected;
  try {
    return await withClient(connected.value, deadline + answerMs - performance.now(), (client) =>
      endOn(client, prefix, { ...spec, deadline }),
    );
  } catch (error) {
    const problem = queryProblem(error, false);
    // What the server says stands, however late; a connection that broke then was cut because it said nothing.
    if (problem.sqlstate !== undefined || performance.now() < deadline) return err(problem);
    return err({ code: 'UNREACHABLE', message: `the server did not answer within ${timeoutMs} ms` });
  }
}

async function endOn(
  client: pg.Client,
  prefix: string,
  { systemIdentifier, whose, timeoutMs, deadline }: EndSpec & { readonly deadline: number },
): Promise<Result<number, PgProblem>> {
  const other = await anotherThan(systemIdentifier, client);
  if (other !== undefined) return err(other);
  let ended: number | undefined;
  for (;;) {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid ${ofTheRun} AND ($2 OR usename OPERATOR(pg_catalog.=) session_user)`,
      [prefix, whose === 'all'],
    );
    for (const { pid } of rows)
      await client
        .query(`SELECT pg_catalog.pg_terminate_backend(pid) ${ofTheRun} AND pid OPERATOR(pg_catalog.=) $2`, [
          prefix,
          pid,
        ])
        .catch(unlessForbidden);
    ended ??= rows.length;
    if (rows.length === 0) return ok(ended);
    if (performance.now() > deadline)
      return err({
        code: 'TIMEOUT',
        message: `${counted(rows.length, 'session')} of this run still on the server after ${timeoutMs} ms`,
        next: `Look in pg_stat_activity for application_name like ${prefix}.`,
      });
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const ofTheRun = `FROM pg_catalog.pg_stat_activity
  WHERE pg_catalog.starts_with(application_name, $1) AND pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()`;

/** Another role's may end by itself, at its statement timeout or when it misses its client: it is waited for. */
function unlessForbidden(error: unknown): void {
  if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
}

async function anotherThan(expected: string | undefined, client: pg.Client): Promise<PgProblem | undefined> {
  if (expected === undefined) return undefined;
  const { rows } = await client.query<{ id: string }>(
    'SELECT system_identifier::pg_catalog.text AS id FROM pg_catalog.pg_control_system()',
  );
  return mismatch('system_identifier', expected, rows[0]?.id ?? '');
}

/** A server that was restarted is waited for: its old sessions are gone once it answers. */
async function reach(
  connection: ConnectionParts,
  deadline: number,
  timeoutMs: number,
): Promise<Result<Connected, PgProblem>> {
  for (;;) {
    const connected = await connectClient({
      connection,
      applicationName: 'gatebook-end-sessions',
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now()))),
      statementTimeoutMs: timeoutMs,
    });
    if (connected.ok || !comesBack(connected.error) || performance.now() + retryMs > deadline)
      return connected;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

/** No server, or one that starts or shuts down (PostgreSQL docs, appendix A); a refusal would be repeated. */
const comesBack = ({ code, sqlstate }: PgProblem): boolean =>
  code === 'UNREACHABLE' && (sqlstate === undefined || sqlstate.startsWith('57P0'));
