import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { canBeHidden } from '../../model/secret.js';
import type { ConnectionParts } from '../../ports/postgres.js';
import type { Problem } from '../../text/problem.js';

type Mode = NonNullable<ConnectionParts['ssl']>['mode'];
const modes: readonly string[] = [
  'disable',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
] satisfies Mode[];
const isMode = (text: string): text is Mode => modes.includes(text);
const files = ['sslrootcert', 'sslcert', 'sslkey'] as const;
const parameters = new Set(['host', 'port', 'user', 'password', 'dbname', 'sslmode', ...files]);

// None of these messages quotes the URL: it may hold a password, also in a place where none belongs.
const refuse = (message: string, next: string): Result<never, Problem> =>
  err({ code: 'BAD_CONNECTION_URL', message: `the connection URL ${message}`, next });
const shape = 'Write postgresql://user:password@host:5432/database, reserved characters percent-encoded.';

/**
 * Reads a connection URI (PostgreSQL docs, 34.1.1.2) once, strictly, so that node-pg and libpq can't read it
 * in two ways. One host, no services, no defaults from the environment. Problem: BAD_CONNECTION_URL.
 */
export function parseConnection(url: string): Result<ConnectionParts, Problem> {
  const match = /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url);
  if (url.startsWith('postgres') && /[\s\0#]/.test(url))
    return refuse('holds white space or a # that is not percent-encoded', shape);
  if (!match || url.length > 4096 || /[\s\0]/.test(url)) return refuse('is not one of PostgreSQL', shape);
  const [, authority = '', path = '', query = ''] = match;
  const at = authority.indexOf('@');
  // libpq takes the first for the end of the password, other programs the last.
  if (authority.includes('@', at + 1)) return refuse('holds an @ that is not percent-encoded', shape);
  const [user = '', ...password] = (at < 0 ? '' : authority.slice(0, at)).split(':');
  const hostPort = splitHost(authority.slice(at + 1));
  if (!hostPort)
    return refuse(
      'names more than one host, a wrong port, or holds a / or ? that is not percent-encoded',
      'Give one host and one port, an IPv6 address in brackets; in a password / is %2F and ? is %3F.',
    );

  const fields = new Map<string, string>();
  const given: [string, string | undefined][] = [
    ['user', user],
    ['password', password.length > 0 ? password.join(':') : ''],
    ['host', hostPort.host],
    ['port', hostPort.port],
    ['dbname', path],
  ];
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (name === null || equals < 0 || !parameters.has(name))
      return refuse(
        name !== null && /^[a-z_]{1,40}$/.test(name)
          ? `has the parameter ${name}, which is not supported`
          : 'has a malformed parameter',
        `Supported are ${[...parameters].join(', ')}.`,
      );
    if (equals === pair.length - 1)
      return refuse(`gives no value to its ${name}`, 'Give it one, or leave the parameter out.');
    given.push([name, pair.slice(equals + 1)]);
  }
  for (const [name, raw] of given) {
    if (raw === undefined || raw === '') continue;
    const value = decode(raw);
    if (value === null) return refuse(`is not percent-encoded correctly in its ${name}`, shape);
    if (fields.has(name)) return refuse(`gives its ${name} twice`, 'Give it once.');
    fields.set(name, value);
  }
  return assemble(fields);
}

function splitHost(text: string): { host: string; port: string } | null {
  const match = /^(\[[0-9A-Fa-f:.%]+\]|[^:,[\]]*)(?::([0-9]*))?$/.exec(text);
  return match ? { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port: match[2] ?? '' } : null;
}

function decode(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes('\0') ? null : decoded;
  } catch {
    return null;
  }
}

function assemble(fields: ReadonlyMap<string, string>): Result<ConnectionParts, Problem> {
  const [host, user, database] = [fields.get('host'), fields.get('user'), fields.get('dbname')];
  if (host === undefined || user === undefined || database === undefined)
    return refuse('must name host, user and database', shape);
  if (host.includes(',')) return refuse('names more than one host', 'Give one host.');
  // A backup would refuse these, long after the run began: libpq takes such a name for a connection string or an option.
  for (const [what, name] of Object.entries({ database, user }))
    if (/[=\r\n]|:\/\//.test(name) || name.startsWith('-') || Buffer.byteLength(name) > 63)
      return refuse(
        `has a ${what} name that libpq's programs would not take for one`,
        'Use one of at most 63 bytes, without =, ://, line ends or a leading -.',
      );
  if (/^-|[\r\n]/.test(host)) return refuse('has a host that is none', shape);
  const port = Number(fields.get('port') ?? '5432');
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    return refuse('has a wrong port', 'Use 1 to 65535.');
  const ssl = sslOf(fields);
  if (!ssl.ok) return ssl;
  const password = fields.get('password');
  // Its last line end, and all after a first one, is lost in libpq's password file.
  if (/[\r\n]/.test(password ?? ''))
    return refuse('has a line end in its password, which libpq would cut', 'Give the role another password.');
  if (
    password !== undefined &&
    canBeHidden(password) &&
    [host, user, database].some((name) => name.includes(password))
  )
    return refuse(
      'has a password that is part of a name in it, which every report shows',
      'Give the role another password.',
    );
  return ok({
    host,
    port,
    database,
    user,
    ...(password !== undefined && { password }),
    ...(ssl.value && { ssl: ssl.value }),
  });
}

/** A root certificate that nothing would be held against, or half a client certificate, is a mistake. */
function sslOf(fields: ReadonlyMap<string, string>): Result<ConnectionParts['ssl'], Problem> {
  const mode = fields.get('sslmode');
  const [rootCert, cert, key] = files.map((name) => fields.get(name));
  if (mode !== undefined && !isMode(mode))
    return refuse('has an sslmode that is not supported', `Use one of ${modes.join(', ')}.`);
  if (mode?.startsWith('verify-') && rootCert === undefined)
    return refuse(`asks for ${mode} without sslrootcert`, 'Add sslrootcert=/path/to/ca.pem.');
  if (rootCert !== undefined && (mode === 'disable' || mode === 'prefer'))
    return refuse(`has an sslrootcert, which ${mode} does not use`, 'Say sslmode=verify-full.');
  const relative = files.find((name) => fields.get(name)?.startsWith('/') === false);
  if (relative !== undefined)
    return refuse(
      `has an ${relative} that is not an absolute path`,
      'Give the absolute path; in place of `system`, where this machine has its list: /etc/ssl/certs/ca-certificates.crt on Debian.',
    );
  if ((cert === undefined) !== (key === undefined) || (cert !== undefined && mode === 'disable'))
    return refuse(
      'has half a client certificate, or one that is not used',
      'Give sslcert and sslkey, with an sslmode that encrypts.',
    );
  // A root certificate alone is there to be held against something.
  const effective = mode ?? (rootCert === undefined ? 'prefer' : 'verify-ca');
  if (mode === undefined && rootCert === undefined && cert === undefined) return ok(undefined);
  return ok({
    mode: effective,
    ...(rootCert !== undefined && { rootCert }),
    ...(cert !== undefined && key !== undefined && { client: { cert, key } }),
  });
}
