import { join } from 'node:path';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import type { ConnectionParts } from '../../ports/postgres.js';
import { serverKeepAlive } from '../../ports/postgres.js';
import type { KindProblem, ProbeContext } from '../executor.js';
import { checkIdentifier } from './names.js';

/** libpq's password file: a field with its colons and backslashes escaped (PostgreSQL docs, 34.16). */
export const passField = (text: string): string => text.replace(/[\\:]/g, '\\$&');

/**
 * What libpq's programs need to reach one database: never an argument, since those are for everyone to read.
 * The password stands in a file of the run, mode 0600. Names that libpq would take for a connection string are
 * UNSAFE_NAME.
 */
export async function libpqEnvironment(
  context: ProbeContext,
  connection: ConnectionParts,
  applicationName: string,
): Promise<Result<Readonly<Record<string, string>>, KindProblem>> {
  for (const [what, name] of [
    ['the database', connection.database],
    ['the user', connection.user],
  ] as const) {
    const checked = checkIdentifier(name, what);
    if (!checked.ok) return checked;
  }
  if (/[\0\n\r]/.test(connection.host) || connection.host.startsWith('-'))
    return err({ code: 'UNSAFE_NAME', message: 'the host can’t be used as a name here' });
  const password = await passwordFile(context, connection);
  if (!password.ok) return password;
  return ok({
    ...libpqVariables(connection),
    PGPASSFILE: password.value,
    PGAPPNAME: applicationName,
    PGOPTIONS: Object.entries({ ...serverKeepAlive, ...unlimited })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
}

/** pg_dump lifts the limits of a role or database itself, but only some statements after its first. */
const unlimited = { statement_timeout: '0', lock_timeout: '0', idle_in_transaction_session_timeout: '0' };

/** A file that can't be there. */
const none = '/dev/null/none';

/**
 * Everything but the password, as our own sessions have it. libpq would look for certificates in the home of the user
 * (older ones by passwd, not by HOME): each is named, one that isn't wanted as a file that can't be there.
 */
export function libpqVariables(connection: ConnectionParts): Readonly<Record<string, string>> {
  const { ssl } = connection;
  return {
    PGHOST: connection.host,
    ...(connection.address !== undefined && { PGHOSTADDR: connection.address }),
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGDATABASE: connection.database,
    PGCONNECT_TIMEOUT: '15',
    PGSSLMODE: connection.host.startsWith('/') ? 'disable' : modeOf(ssl),
    PGGSSENCMODE: 'disable',
    PGSSLROOTCERT: ssl?.rootCert ?? none,
    PGSSLCERT: ssl?.client?.cert ?? none,
    PGSSLKEY: ssl?.client?.key ?? none,
    PGSSLCRL: none,
  };
}

/** libpq takes `require` with a root certificate for `verify-ca`, but only as long as that file is there. */
const modeOf = (ssl: ConnectionParts['ssl']): string =>
  ssl?.mode === 'require' && ssl.rootCert !== undefined ? 'verify-ca' : (ssl?.mode ?? 'prefer');

/** libpq has no variables for these: a connection string without anything else, for the option `--dbname`. */
export const libpqKeepAlive = 'keepalives_idle=30 keepalives_interval=10 keepalives_count=3';

/** Where there is no password libpq is to look in no home either, and not to warn of a file that is none. */
async function passwordFile(
  context: ProbeContext,
  { password }: ConnectionParts,
): Promise<Result<string, KindProblem>> {
  if (password === undefined) return ok(none);
  // One connection, one line: what host libpq compares with depends on how it was reached.
  return workFile(context, 'pgpass', `*:*:*:*:${passField(password)}\n`);
}

/** A small file in the run's private folder, mode 0600, gone with it. */
export async function workFile(
  context: ProbeContext,
  name: string,
  content: string,
): Promise<Result<string, KindProblem>> {
  const nonce = context.files.nonce();
  const path = join(context.run.work, `${name}-${nonce.slice(0, 16)}`);
  const staged = await context.files.stageFile(path, nonce, content);
  if (!staged.ok) return staged;
  const published = await context.files.publish(staged.value);
  return published.ok ? ok(path) : published;
}
