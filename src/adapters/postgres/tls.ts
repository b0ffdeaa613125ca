import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { messageOf } from '../../base/thrown.js';
import type { ConnectionParts, PgProblem } from '../../ports/postgres.js';
import { errno } from '../errno.js';

/**
 * libpq's sslmode (PostgreSQL docs, 34.19) as options of Node's TLS; null: unencrypted. All that Node would take from
 * its environment is given (NODE_TLS_REJECT_UNAUTHORIZED), or an empty list of authorities (the ones it brings).
 */
export async function tlsOptions(
  connection: ConnectionParts,
): Promise<Result<ConnectionOptions | null, PgProblem>> {
  const { host, ssl = { mode: 'prefer' } } = connection;
  if (host.startsWith('/') || ssl.mode === 'disable') return ok(null);
  const client = await clientCertificate(ssl.client);
  if (!client.ok) return client;
  // The socket is connected to an address: what the certificate must be for is the name.
  const common = {
    ...(isIP(host) === 0 && { servername: host }),
    minVersion: 'TLSv1.2' as const,
    ...client.value,
  };
  if (ssl.rootCert === undefined) return ok({ ...common, rejectUnauthorized: false });
  const ca = await readPem('sslrootcert', ssl.rootCert, 'CERTIFICATE');
  if (!ca.ok) return ca;
  const verified = { ...common, ca: ca.value, rejectUnauthorized: true };
  return ok(ssl.mode === 'verify-full' ? verified : { ...verified, checkServerIdentity: () => undefined });
}

async function clientCertificate(
  files: NonNullable<ConnectionParts['ssl']>['client'],
): Promise<Result<Pick<ConnectionOptions, 'cert' | 'key'>, PgProblem>> {
  if (files === undefined) return ok({});
  const cert = await readPem('sslcert', files.cert, 'CERTIFICATE');
  if (!cert.ok) return cert;
  const open = await openToOthers(files.key);
  if (open)
    return unusable('sslkey', files.key, 'others may read it, which libpq refuses', `chmod 600 ${files.key}`);
  const key = await readPem('sslkey', files.key, 'PRIVATE KEY');
  if (!key.ok) return key;
  if (/BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(key.value))
    return unusable(
      'sslkey',
      files.key,
      'it has a passphrase, and nobody is asked',
      'Name a key without one, 0600.',
    );
  return ok({ cert: cert.value, key: key.value });
}

/** libpq's own rule (PostgreSQL docs, 34.19.2): 0600, or 0640 where the file is root's. */
async function openToOthers(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => null);
  return facts !== null && (facts.mode & (facts.uid === 0 ? 0o037 : 0o077)) !== 0;
}

/** More than any chain of certificates has. */
const maxPemBytes = 4 * 1024 * 1024;

async function readPem(parameter: string, path: string, holds: string): Promise<Result<string, PgProblem>> {
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size > maxPemBytes) throw new Error('it is no file of a few certificates');
    const text = await readFile(path, 'utf8');
    if (text.includes(`${holds}-----`)) return ok(text);
    return unusable(parameter, path, `it holds no ${holds} in PEM`, `Name a file in PEM in ${parameter}.`);
  } catch (error) {
    const why = messageOf(error);
    return unusable(parameter, path, why, `Check the path in ${parameter} and who may read it.`);
  }
}

const unusable = (parameter: string, path: string, why: string, next: string): Result<never, PgProblem> =>
  err({ code: 'TLS_FAILED', message: `${parameter} ${path} can't be used: ${why}`, next });

export const noTls = /does not support SSL/;
const untrusted = /CERT|SIGNATURE|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;

/** Why an attempt failed in TLS, and what to do; null where it failed elsewhere. */
export function tlsFailure(error: unknown): Pick<PgProblem, 'message' | 'next'> | null {
  if (!(error instanceof Error)) return null;
  const code = errno(error) ?? '';
  if (noTls.test(error.message))
    return {
      message: 'the server takes no encrypted connection, which sslmode asks for',
      next: 'Turn ssl on at the server. Only sslmode=disable and prefer go without.',
    };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      message: `the server's certificate is for another name: ${error.message}`,
      next: 'Connect by a name that the certificate is for, or find out whose server this is.',
    };
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_OSSL') || code === 'EPROTO')
    return {
      // OpenSSL's own word for it, without the line of its source where it was said.
      message: `TLS failed: ${'reason' in error ? String(error.reason) : error.message}`,
      next: 'Check sslcert, sslkey and what the server asks for.',
    };
  if (!untrusted.test(code)) return null;
  return {
    message: `the server's certificate is not trusted: ${error.message}`,
    next: "sslrootcert has to hold the authority that signed the server's certificate, and the certificate has to be valid today.",
  };
}
