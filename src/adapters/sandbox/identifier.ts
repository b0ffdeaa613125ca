import { invariant } from '../../base/invariant.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { ConnectionParts, PgProblem, Postgres } from '../../ports/postgres.js';

const statementMs = 10_000;

/** The first question to a new server: its system_identifier. UNREACHABLE while it doesn't answer yet. */
export async function readIdentifier(
  postgres: Postgres,
  superuser: ConnectionParts,
  signal: AbortSignal,
): Promise<Result<string, PgProblem>> {
  const session = await postgres.open({
    connection: { ...superuser, database: 'template1' },
    expected: {},
    applicationName: 'gatebook/start',
    readOnly: true,
    refuseSuperuser: false,
    statementTimeoutMs: statementMs,
    lockTimeoutMs: statementMs,
    signal,
  });
  if (!session.ok) return session;
  const asked = await session.value.query(
    'SELECT system_identifier::text AS id FROM pg_catalog.pg_control_system()',
  );
  await session.value.close();
  if (!asked.ok) return err(asked.error);
  const id = asked.value.rows[0]?.['id'];
  invariant(typeof id === 'string', 'system_identifier is text');
  return ok(id);
}
