import type { Result } from '../../base/result.js';
import { ok } from '../../base/result.js';
import { field } from '../../base/value.js';
import type { Session } from '../../ports/postgres.js';
import type { KindProblem, ProbeContext } from '../executor.js';
import { ask } from './ask.js';

/** The same context, but with the programs of PostgreSQL that suit the server of this session. */
export async function suiting<C extends ProbeContext>(
  context: C,
  session: Session,
): Promise<Result<C, KindProblem>> {
  const rows = await ask(
    session,
    "SELECT pg_catalog.current_setting('server_version_num')::int / 10000 AS major",
  );
  if (!rows.ok) return rows;
  const major = Number(field(rows.value[0] ?? {}, 'major'));
  return ok({ ...context, processes: context.processes.forServer(major) });
}
