import type { Result } from '../../base/result.js';
import { ok } from '../../base/result.js';
import { field } from '../../base/value.js';
import type { Session } from '../../ports/postgres.js';
import type { KindProblem, ProbeContext } from '../executor.js';
import { ask } from './ask.js';

export async function majorOf(session: Session): Promise<Result<number, KindProblem>> {
  const rows = await ask(
    session,
    "SELECT pg_catalog.current_setting('server_version_num')::int OPERATOR(pg_catalog./) 10000 AS major",
  );
  return rows.ok ? ok(Number(field(rows.value[0] ?? {}, 'major'))) : rows;
}

/** The same context, but with the programs of PostgreSQL that suit the server of this session. */
export async function suiting<C extends ProbeContext>(
  context: C,
  session: Session,
): Promise<Result<C, KindProblem>> {
  const major = await majorOf(session);
  return major.ok ? ok({ ...context, processes: context.processes.forServer(major.value) }) : major;
}
