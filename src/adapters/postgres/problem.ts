import { isIP } from 'node:net';
import pg from 'pg';
import { messageOf } from '../../base/thrown.js';
import type { ConnectionParts, PgProblem } from '../../ports/postgres.js';
import { errno } from '../errno.js';
import { connectAdvice } from './advice.js';
import { tlsFailure } from './tls.js';

const named = (host: string): string => (host.startsWith('/') ? `socket ${host}` : host);
/** Where a connection leads, in words, without its password. */
export const place = ({ host, port, database, user }: ConnectionParts): string =>
  `${isIP(host) === 6 ? `[${host}]` : named(host)}:${port}, database ${database}, user ${user}`;

// Class 08 and the shutdowns of class 57 (PostgreSQL docs, appendix A): the backend is gone.
const lost = (state: string): boolean => state.startsWith('08') || /^57P0[1-5]$/.test(state);

/**
 * A failed statement as a problem. `aborted` is whether we asked for the cancellation: PostgreSQL gives 57014
 * to a timeout and to a cancellation alike.
 */
export function queryProblem(error: unknown, aborted: boolean): PgProblem {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined)
    return aborted
      ? { code: 'CANCELLED', message: 'cancelled' }
      : { code: 'CONNECTION_LOST', message: `the connection to PostgreSQL was lost: ${messageOf(error)}` };
  const sqlstate = error.code;
  const message = `${error.message} (SQLSTATE ${sqlstate})`;
  if (aborted && sqlstate === '57014')
    return { code: 'CANCELLED', message: 'cancelled on the server', sqlstate };
  if (sqlstate === '57014' || sqlstate === '55P03') return { code: 'TIMEOUT', message, sqlstate };
  if (lost(sqlstate)) return { code: 'CONNECTION_LOST', message, sqlstate };
  const next = settingAdvice(sqlstate, error.message);
  return { code: 'SQL_ERROR', message, sqlstate, ...(next !== undefined && { next }) };
}

/** Settings of a role or server that end what only reads. */
function settingAdvice(sqlstate: string, message: string): string | undefined {
  if (sqlstate === '53400' && message.includes('temp_file_limit'))
    return 'A superuser raises it for the role that reads: ALTER ROLE … SET temp_file_limit = ….';
  if (sqlstate === '0A000' && /serializable/i.test(message))
    return "A standby can't begin serializable transactions: for the role that reads, ALTER ROLE … SET default_transaction_isolation = 'repeatable read' on the primary.";
  return undefined;
}

/** A session is the unit of the claim, the snapshot and a cancellation; a pooler's client has none of its own. */
export const pooled = (message: string): PgProblem => ({
  code: 'POOLED_CONNECTION',
  message,
  next: 'Connect to the server itself: its own host and port, not those of the pooler or proxy in front of it.',
});

export function connectProblem(error: unknown, connection: ConnectionParts, aborted: boolean): PgProblem {
  if (aborted) return { code: 'CANCELLED', message: 'cancelled while connecting' };
  const sqlstate = error instanceof pg.DatabaseError ? error.code : undefined;
  const failed = `can't connect to PostgreSQL at ${place(connection)}`;
  // PostgreSQL itself takes every parameter that we send at the start.
  if (/startup parameter/.test(messageOf(error)))
    return pooled(`${failed}: what answers there is a pooler (${messageOf(error)})`);
  const tls = tlsFailure(error);
  if (tls !== null) return { code: 'TLS_FAILED', ...tls, message: `${failed}: ${tls.message}` };
  return {
    code: 'UNREACHABLE',
    message: `${failed}: ${messageOf(error)}`,
    ...(sqlstate !== undefined && { sqlstate }),
    next: connectAdvice(errno(error) ?? '', messageOf(error)),
  };
}
