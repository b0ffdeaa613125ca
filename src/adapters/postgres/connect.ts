import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { printing } from '../../base/sql.js';
import type { ConnectionParts, PgProblem, Reached, SessionSpec } from '../../ports/postgres.js';
import { serverKeepAlive } from '../../ports/postgres.js';
import { noPassword, unknownLogin } from './advice.js';
import { connectProblem } from './problem.js';
import { noTls, tlsOptions } from './tls.js';

const connectTimeoutMs = 10_000;
/** Sooner than a firewall or a NAT gateway forgets a connection that carries nothing. */
const keepAliveAfterMs = 30_000;
/** Hardened servers ask for more than node-pg's 100,000; without a bound one could keep us busy for hours. */
const scramMaxIterations = 10_000_000;

/** Values are printed in one way on every session, whatever the role's or the database's defaults. */
const pinned: Readonly<Record<string, string>> = {
  ...printing,
  standard_conforming_strings: 'on',
  // An exporter of a snapshot sits idle while pg_dump works.
  idle_in_transaction_session_timeout: '0',
  ...serverKeepAlive,
};

/** libpq's and node-pg's `options`: spaces and backslashes are escaped (PostgreSQL docs, 34.1.2). */
const startupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ');

/** PostgreSQL keeps 63 bytes of an application_name; both sides of a comparison are cut alike. */
export const serverSideName = (name: string): string => Buffer.from(name).subarray(0, 63).toString('utf8');

type Wanted = Pick<SessionSpec, 'connection' | 'applicationName' | 'signal'> & Partial<SessionSpec>;

export interface Connected {
  readonly client: pg.Client;
  readonly reached: Reached;
}

/**
 * Connects. The settings travel in the startup packet, so that no statement runs without them. Addresses of a name
 * are tried one after another, as libpq does; Node would race them.
 */
export async function connectClient(wanted: Wanted): Promise<Result<Connected, PgProblem>> {
  const { connection, signal } = wanted;
  const aborted = (): boolean => signal.aborted;
  if (aborted()) return err({ code: 'CANCELLED', message: 'cancelled before connecting' });
  const tls = await tlsOptions(connection);
  if (!tls.ok) return tls;
  try {
    const addresses = await addressesOf(connection, signal);
    for (const [index, address] of addresses.entries()) {
      try {
        return ok(await connectTo(address, wanted, tls.value));
      } catch (error) {
        if (index === addresses.length - 1 || aborted() || !nobodyAnswered(error)) throw error;
      }
    }
    throw new Error('the host has no address');
  } catch (error) {
    return err(connectProblem(error, connection, aborted()));
  }
}

async function addressesOf(connection: ConnectionParts, signal: AbortSignal): Promise<readonly string[]> {
  const { host, address } = connection;
  if (address !== undefined || host.startsWith('/') || isIP(host) !== 0) return [address ?? host];
  const stop = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]);
  const stopped = new Promise<never>((_, reject) => {
    stop.addEventListener('abort', () => reject(new Error(`no answer to what ${host} is`)), { once: true });
  });
  const found = await Promise.race([lookup(host, { all: true, order: 'verbatim' }), stopped]);
  return [...new Set(found.map((one) => one.address))];
}

/** Where a server answered, whatever it said, no other is asked. */
const nobodyAnswered = (error: unknown): boolean =>
  error instanceof Error &&
  ('syscall' in error ? error.syscall === 'connect' : error.message === 'timeout expired');

/** In plain only where that is allowed and the server says that it has no TLS: a failure of TLS is never answered so. */
async function connectTo(
  address: string,
  wanted: Wanted,
  tls: pg.ClientConfig['ssl'] | null,
): Promise<Connected> {
  const reached = { address: address.startsWith('/') ? null : address };
  try {
    const client = await attempt(address, wanted, tls ?? false);
    return { client, reached: { ...reached, encrypted: tls !== null } };
  } catch (error) {
    const mayGoPlain = (wanted.connection.ssl?.mode ?? 'prefer') === 'prefer' && tls !== null;
    if (!mayGoPlain || !noTls.test(String(error))) throw error;
    return { client: await attempt(address, wanted, false), reached: { ...reached, encrypted: false } };
  }
}

async function attempt(
  address: string,
  wanted: Wanted,
  ssl: NonNullable<pg.ClientConfig['ssl']>,
): Promise<pg.Client> {
  const { signal } = wanted;
  const client = new pg.Client(clientConfig(address, wanted, ssl));
  // A connection that breaks between statements would otherwise be an uncaught exception.
  client.on('error', () => undefined);
  endWhereUnreadable(client);
  // A server that says nothing would not answer a good-bye either.
  const stop = () => cutOff(client);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    // One that failed here, not there (no password, say), would stay open for as long as the server waits.
    cutOff(client);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** node-pg's types don't show the socket. */
interface Wire {
  readonly stream: Duplex;
  attachListeners: (stream: Duplex) => void;
}
const wireOf = (client: pg.Client): Wire => (client as unknown as { readonly connection: Wire }).connection;

/** node-pg throws at an authentication that it doesn't know, where nobody could catch it: that ends the connection. */
function endWhereUnreadable(client: pg.Client): void {
  const wire = wireOf(client);
  const attach = wire.attachListeners.bind(wire);
  wire.attachListeners = (stream) => {
    const emit = stream.emit.bind(stream);
    stream.emit = (event: string, ...given: unknown[]): boolean => {
      try {
        return emit(event, ...given);
      } catch (error) {
        const unknown = /authenticationOk message type/.test(String(error));
        stream.destroy(unknown || !(error instanceof Error) ? new Error(unknownLogin) : error);
        return true;
      }
    };
    attach(stream);
  };
}

/** Ends a connection without a word to the server. */
export function cutOff(client: pg.Client): void {
  wireOf(client).stream.destroy();
}

/** A connection for as long as the work takes, cut after `ms`: a server that says nothing would keep it for ever. */
export async function withClient<T>(
  { client }: Connected,
  ms: number,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const cut = setTimeout(() => cutOff(client), ms);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
    clearTimeout(cut);
  }
}

/** Everything that node-pg would look up in the environment or in ~/.pgpass is given. */
function clientConfig(
  address: string,
  wanted: Wanted,
  ssl: NonNullable<pg.ClientConfig['ssl']>,
): pg.ClientConfig {
  const { connection } = wanted;
  // The server's setting is a 32-bit number; 0 would be no limit.
  const timeout = (ms = 0): string => String(Math.min(Math.max(0, Math.ceil(ms)), 2 ** 31 - 1));
  // PGREPLICATION would make it another kind of session; the types of node-pg know neither.
  const unlisted = { replication: 'false', scramMaxIterations };
  return {
    ...unlisted,
    host: address,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: () => passwordOf(connection),
    ssl,
    sslnegotiation: 'postgres',
    // As libpq does where the server can: a SCRAM exchange that is relayed behind another certificate fails.
    enableChannelBinding: true,
    application_name: serverSideName(wanted.applicationName),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    client_encoding: 'UTF8',
    options: startupOptions({
      ...pinned,
      default_transaction_read_only: wanted.readOnly === true ? 'on' : 'off',
      statement_timeout: timeout(wanted.statementTimeoutMs),
      lock_timeout: timeout(wanted.lockTimeoutMs),
    }),
  };
}

/** Asked for only where the server wants one. */
function passwordOf({ password }: ConnectionParts): string {
  if (password === undefined) throw new Error(noPassword);
  return password;
}
