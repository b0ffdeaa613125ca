import { ok } from '../../../base/result.js';
import { field } from '../../../base/value.js';
import type { ProbeExecutor } from '../../executor.js';
import { ask, isTrue, textOf } from '../../postgres/ask.js';
import { withOwnSession } from '../../postgres/with-session.js';
import type { Args } from './schema.js';

// The session's own settings, not a transaction's of ours: this is what its statements run under.
const statement = `
  SELECT (SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system()) AS system_identifier,
    pg_catalog.current_database()::pg_catalog.text AS database, pg_catalog.current_setting('server_version') AS text,
    pg_catalog.current_setting('server_version_num')::int AS number,
    pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS started_at,
    session_user::pg_catalog.text AS role, pg_catalog.pg_is_in_recovery() AS in_recovery,
    (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) session_user) AS superuser,
    (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()) AS timeline,
    pg_catalog.current_setting('default_transaction_read_only')::boolean AS session_read_only`;

export const execute: ProbeExecutor<Args> = ({ target }, context) => {
  return withOwnSession(context, target, async (session) => {
    const rows = await ask(session, statement);
    if (!rows.ok) return rows;
    const row = rows.value[0] ?? {};
    const number = Number(field(row, 'number'));
    return ok({
      system_identifier: textOf(row, 'system_identifier'),
      database: textOf(row, 'database'),
      server_version: {
        text: textOf(row, 'text'),
        major: Math.floor(number / 10_000),
        minor: number % 10_000,
      },
      started_at: textOf(row, 'started_at'),
      role: textOf(row, 'role'),
      superuser: isTrue(row, 'superuser'),
      in_recovery: isTrue(row, 'in_recovery'),
      timeline: field(row, 'timeline') ?? null,
      session_read_only: isTrue(row, 'session_read_only'),
    });
  });
};
