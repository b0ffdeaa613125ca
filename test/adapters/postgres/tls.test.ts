import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createPostgres } from '../../../src/adapters/postgres/index.js';
import { parseConnection } from '../../../src/adapters/postgres/url.js';
import { libpqVariables } from '../../../src/kinds/postgres/libpq.js';
import type { ConnectionParts } from '../../../src/ports/postgres.js';
import { asReached } from '../../../src/ports/postgres.js';
import { sessionSpec } from '../../support/server.js';
import { startBetween } from '../../support/between.js';
import type { Certificates, TcpServer } from '../../support/tcp-server.js';
import { database, makeCertificates, secret, startTcpServer } from '../../support/tcp-server.js';

let folder: string;
let files: Certificates;
let servers: Record<'tls' | 'elsewhere' | 'plain', TcpServer>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gbc-'));
  files = makeCertificates(folder);
  const [tls, elsewhere, plain] = await Promise.all([
    startTcpServer({ certificate: { ...files.server, ca: files.ca } }),
    startTcpServer({ certificate: { ...files.elsewhere, ca: files.ca } }),
    startTcpServer({}),
  ]);
  servers = { tls, elsewhere, plain };
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
});

interface Case {
  readonly host?: string;
  readonly user?: string;
  readonly query: string;
}
function connection(
  server: TcpServer,
  { host = 'localhost', user = 'the_reader', query }: Case,
): ConnectionParts {
  const login = user === 'the_reader' ? `${user}:${encodeURIComponent(secret)}` : user;
  const at = query.replace(/CA|OTHER|CERT|KEY/g, (name) => {
    const paths = { CA: files.ca, OTHER: files.otherCa, CERT: files.client.cert, KEY: files.client.key };
    return paths[name as keyof typeof paths];
  });
  const parsed = parseConnection(`postgresql://${login}@${host}:${server.port}/${database}${at}`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** Whether our own session comes about, and how. */
async function ours(parts: ConnectionParts) {
  const opened = await createPostgres().open(sessionSpec(parts));
  if (!opened.ok) return { outcome: opened.error.code, problem: opened.error };
  const { reached } = opened.value;
  await opened.value.close();
  return { outcome: reached.encrypted ? 'encrypted' : 'plain', reached };
}

/** The same of a program of libpq's, with what children are given. */
function libpqs(server: TcpServer, parts: ConnectionParts): string {
  try {
    const ssl = execFileSync(
      join(server.bin, 'psql'),
      ['-XAtqw', '-c', 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'],
      {
        env: { ...libpqVariables(parts), ...(parts.password && { PGPASSWORD: parts.password }) },
        stdio: 'pipe',
      },
    );
    return ssl.toString().trim() === 't' ? 'encrypted' : 'plain';
  } catch {
    return 'refused';
  }
}

describe('sslmode means what libpq means by it, for our sessions and for its programs', () => {
  test.each<[keyof typeof servers, Case, string]>([
    ['tls', { query: '' }, 'encrypted'],
    ['tls', { query: '?sslmode=disable' }, 'UNREACHABLE'],
    ['tls', { query: '?sslmode=prefer' }, 'encrypted'],
    ['tls', { query: '?sslmode=require' }, 'encrypted'],
    ['tls', { query: '?sslmode=require&sslrootcert=CA' }, 'encrypted'],
    ['tls', { query: '?sslmode=require&sslrootcert=OTHER' }, 'TLS_FAILED'],
    ['tls', { query: '?sslmode=verify-ca&sslrootcert=CA' }, 'encrypted'],
    ['tls', { query: '?sslmode=verify-ca&sslrootcert=OTHER' }, 'TLS_FAILED'],
    ['tls', { query: '?sslrootcert=OTHER' }, 'TLS_FAILED'],
    ['tls', { query: '?sslmode=verify-full&sslrootcert=CA' }, 'encrypted'],
    ['tls', { host: '127.0.0.1', query: '?sslmode=verify-full&sslrootcert=CA' }, 'encrypted'],
    ['tls', { query: '?sslmode=verify-full&sslrootcert=OTHER' }, 'TLS_FAILED'],
    ['elsewhere', { query: '?sslmode=require' }, 'encrypted'],
    ['elsewhere', { query: '?sslmode=verify-ca&sslrootcert=CA' }, 'encrypted'],
    ['elsewhere', { query: '?sslmode=verify-full&sslrootcert=CA' }, 'TLS_FAILED'],
    ['elsewhere', { host: '127.0.0.1', query: '?sslmode=verify-full&sslrootcert=CA' }, 'TLS_FAILED'],
    ['plain', { query: '' }, 'plain'],
    ['plain', { query: '?sslmode=prefer' }, 'plain'],
    ['plain', { query: '?sslmode=disable' }, 'plain'],
    ['plain', { query: '?sslmode=require' }, 'TLS_FAILED'],
    ['plain', { query: '?sslmode=verify-ca&sslrootcert=CA' }, 'TLS_FAILED'],
    ['plain', { query: '?sslmode=verify-full&sslrootcert=CA' }, 'TLS_FAILED'],
    ['tls', { user: 'by_certificate', query: '?sslmode=require&sslcert=CERT&sslkey=KEY' }, 'encrypted'],
    [
      'tls',
      { user: 'by_certificate', query: '?sslmode=verify-full&sslrootcert=CA&sslcert=CERT&sslkey=KEY' },
      'encrypted',
    ],
    ['tls', { user: 'by_certificate', query: '?sslmode=require' }, 'UNREACHABLE'],
  ])('%s server, %j: %s', async (name, one, expected) => {
    const parts = connection(servers[name], one);
    const own = await ours(parts);
    expect(own.outcome, JSON.stringify(own)).toBe(expected);
    const connected = expected === 'encrypted' || expected === 'plain';
    expect(libpqs(servers[name], parts)).toBe(connected ? expected : 'refused');
    expect(JSON.stringify(own)).not.toContain(JSON.stringify(secret).slice(1, -1));
  });

  test('what the environment says of TLS weakens nothing', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    vi.stubEnv('PGSSLMODE', 'disable');
    vi.stubEnv('PGSSLNEGOTIATION', 'direct');
    vi.stubEnv('PGREPLICATION', 'database');
    vi.stubEnv('PGOPTIONS', '-c statement_timeout=1');
    const wrong = await ours(connection(servers.tls, { query: '?sslmode=verify-full&sslrootcert=OTHER' }));
    const right = await ours(connection(servers.tls, { query: '?sslmode=verify-full&sslrootcert=CA' }));
    vi.unstubAllEnvs();
    expect(wrong.outcome).toBe('TLS_FAILED');
    expect(right.outcome, JSON.stringify(right)).toBe('encrypted');
  });
});

describe('files of TLS that are no good', () => {
  const verifyFull = (rootCert: string): ConnectionParts => ({
    ...connection(servers.tls, { query: '' }),
    ssl: { mode: 'verify-full', rootCert },
  });
  test('a root certificate that is absent, and one that is empty: never the authorities that Node brings', async () => {
    expect((await ours(verifyFull('/nowhere/ca.pem'))).outcome).toBe('TLS_FAILED');
    const empty = join(folder, 'empty.pem');
    await writeFile(empty, '');
    const { problem } = await ours(verifyFull(empty));
    expect(problem).toMatchObject({
      code: 'TLS_FAILED',
      message: expect.stringContaining('CERTIFICATE') as string,
    });
  });
  test('a FIFO in the place of a certificate is refused, not waited for', async () => {
    const fifo = join(folder, 'fifo.pem');
    execFileSync('mkfifo', [fifo]);
    expect((await ours(verifyFull(fifo))).outcome).toBe('TLS_FAILED');
  });
  test('a key with a passphrase: nobody could give it', async () => {
    const locked = join(folder, 'locked.key');
    const { cert, key } = files.client;
    execFileSync('openssl', ['ec', '-in', key, '-aes256', '-passout', 'pass:abcd', '-out', locked], {
      stdio: 'ignore',
    });
    await chmod(locked, 0o600);
    const { problem } = await ours(
      connection(servers.tls, { query: `?sslmode=require&sslcert=${cert}&sslkey=${locked}` }),
    );
    expect(problem).toMatchObject({
      code: 'TLS_FAILED',
      message: expect.stringContaining('passphrase') as string,
    });
  });
  test('a client’s certificate of an authority that the server doesn’t know: told in a few words', async () => {
    const query = `?sslmode=require&sslcert=OTHER&sslkey=${files.otherCa.replace(/pem$/, 'key')}`;
    const { problem } = await ours(connection(servers.tls, { query }));
    expect(problem?.message).toMatch(/TLS failed: [a-z0-9 ]*unknown ca$/);
  });
  test('a key that others may read is refused as libpq refuses it, and said how to close', async () => {
    const parts = connection(servers.tls, {
      user: 'by_certificate',
      query: '?sslmode=require&sslcert=CERT&sslkey=KEY',
    });
    await chmod(files.client.key, 0o644);
    const { problem } = await ours(parts);
    const program = libpqs(servers.tls, parts);
    await chmod(files.client.key, 0o600);
    expect(problem).toMatchObject({ code: 'TLS_FAILED', next: `chmod 600 ${files.client.key}` });
    expect(program).toBe('refused');
  });
});

describe('who is not the server', () => {
  test('can’t relay a SCRAM password behind a certificate of his own, as with libpq', async () => {
    const between = await startBetween(servers.tls, files.elsewhere);
    const parts = connection({ ...servers.tls, port: between.port }, { query: '?sslmode=require' });
    const { problem } = await ours(parts);
    expect(problem?.message).toContain('channel binding');
    expect(problem?.next).toContain('ends TLS');
    between.close();
  });
  test('isn’t let in by a root certificate that goes away: libpq’s require would look at none', () => {
    const parts = connection(servers.tls, { query: `?sslmode=require&sslrootcert=${folder}/gone.pem` });
    expect(libpqs(servers.tls, parts)).toBe('refused');
  });
});

describe('one server, whoever connects', () => {
  test('prefer is settled by the first session: whoever comes next has what it got', async () => {
    for (const [name, mode] of [
      ['tls', 'require'],
      ['plain', 'disable'],
    ] as const) {
      const parts = connection(servers[name], { query: '?sslmode=prefer' });
      const { reached } = await ours(parts);
      if (!reached) throw new Error('not connected');
      expect(asReached(parts, reached)).toMatchObject({
        host: 'localhost',
        address: '127.0.0.1',
        ssl: { mode },
      });
    }
  });
  test('an address that was reached is the one of every program too, the certificate still the name’s', () => {
    const parts = {
      ...connection(servers.tls, { query: '?sslmode=verify-full&sslrootcert=CA' }),
      address: '127.0.0.1',
    };
    expect(libpqVariables(parts)).toMatchObject({ PGHOST: 'localhost', PGHOSTADDR: '127.0.0.1' });
    expect(libpqs(servers.tls, parts)).toBe('encrypted');
    // Nobody listens there: the name alone would have led to a server.
    expect(libpqs(servers.tls, { ...parts, address: '127.0.0.2' })).toBe('refused');
  });
  test('our sessions go to that address and hold the certificate against the name', async () => {
    const at = (server: TcpServer, host: string): ConnectionParts => ({
      ...connection(server, { host, query: '?sslmode=verify-full&sslrootcert=CA' }),
      address: '127.0.0.1',
    });
    expect((await ours(at(servers.tls, 'localhost'))).outcome).toBe('encrypted');
    expect((await ours(at(servers.elsewhere, 'db.example'))).outcome).toBe('encrypted');
    expect((await ours(at(servers.tls, 'db.example'))).outcome).toBe('TLS_FAILED');
    expect((await ours({ ...at(servers.tls, 'localhost'), address: '127.0.0.2' })).outcome).toBe(
      'UNREACHABLE',
    );
  });
  test('a password that is asked for and not there is said so', async () => {
    const { password: _, ...parts } = connection(servers.tls, { query: '' });
    vi.stubEnv('PGPASSWORD', secret);
    const { problem } = await ours(parts);
    vi.unstubAllEnvs();
    expect(problem?.message).toContain('asks for a password');
  });
});
