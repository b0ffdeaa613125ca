import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { ConnectionParts, PgProblem, SessionSpec } from '../../ports/postgres.js';
import { connectProblem } from './problem.js';

const connectTimeoutMs = 10_000;

/** Values are printed in one way on every session, whatever the role's or the database's defaults. */
const pinned: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  standard_conforming_strings: 'on',
  // An exporter of a snapshot sits idle while pg_dump works.
  idle_in_transaction_session_timeout: '0',
};

/** libpq's and node-pg's `options`: spaces and backslashes are escaped (PostgreSQL docs, 34.1.2). */
const startupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ');

/** PostgreSQL keeps 63 bytes of an application_name; both sides of a comparison are cut alike. */
export const serverSideName = (name: string): string => Buffer.from(name).subarray(0, 63).toString('utf8');

async function sslOptions(connection: ConnectionParts): Promise<pg.ClientConfig['ssl']> {
  const ssl = connection.ssl;
  if (connection.host.startsWith('/') || ssl?.mode === 'disable') return false;
  if (ssl === undefined || ssl.mode === 'prefer') return { rejectUnauthorized: false };
  if (ssl.rootCert === undefined) return { rejectUnauthorized: false };
  const ca = await readFile(ssl.rootCert, 'utf8');
  return ssl.mode === 'verify-full' ? { ca } : { ca, checkServerIdentity: () => undefined };
}

/**
 * Connects. The settings travel in the startup packet, so that no statement runs without them. Everything that
 * node-pg would look up in the environment or in ~/.pgpass is given.
 */
export async function connectClient(
  spec: Pick<SessionSpec, 'connection' | 'applicationName' | 'signal'> & Partial<SessionSpec>,
): Promise<Result<pg.Client, PgProblem>> {
  const { connection, signal } = spec;
  const attempt = async (ssl: pg.ClientConfig['ssl']): Promise<pg.Client> => {
    const client = new pg.Client({
      host: connection.host,
      port: connection.port,
      database: connection.database,
      user: connection.user,
      password: () => connection.password ?? '',
      ssl,
      application_name: serverSideName(spec.applicationName),
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      client_encoding: 'UTF8',
      options: startupOptions({
        ...pinned,
        default_transaction_read_only: spec.readOnly === true ? 'on' : 'off',
        statement_timeout: String(Math.max(0, Math.ceil(spec.statementTimeoutMs ?? 0))),
        lock_timeout: String(Math.max(0, Math.ceil(spec.lockTimeoutMs ?? 0))),
      }),
    });
    // A connection that breaks between statements would otherwise be an uncaught exception.
    client.on('error', () => undefined);
    const stop = () => void client.end().catch(() => undefined);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await client.connect();
      return client;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
  if (signal.aborted) return err({ code: 'CANCELLED', message: 'cancelled before connecting' });
  try {
    const ssl = await sslOptions(connection);
    try {
      return ok(await attempt(ssl));
    } catch (error) {
      const mayGoPlain = (connection.ssl?.mode ?? 'prefer') === 'prefer' && ssl !== false;
      if (!mayGoPlain || !/does not support SSL/.test(String(error))) throw error;
      return ok(await attempt(false));
    }
  } catch (error) {
    return err(connectProblem(error, connection, signal.aborted));
  }
}
