import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Folders } from '../support/gatebook.js';
import {
  filesBelow,
  lastBundle,
  openFolders,
  options,
  startGatebook,
  watchArguments,
} from '../support/gatebook.js';
import { startPgbouncer } from '../support/pgbouncer.js';
import { publicKeyring } from '../support/production.js';
import type { Certificates, TcpServer } from '../support/tcp-server.js';
import { database, makeCertificates, secret, startTcpServer } from '../support/tcp-server.js';

/** Production as it mostly is: TCP, TLS and nothing else, a password. */
const runbook = 'runbooks/o9-backup.yaml';
let files: Certificates;
let certificates: string;
let server: TcpServer;
let keyring: Awaited<ReturnType<typeof publicKeyring>>;
let folders: Folders;
beforeAll(async () => {
  certificates = await mkdtemp(join(tmpdir(), 'gbc-'));
  files = makeCertificates(certificates);
  server = await startTcpServer({
    certificate: { ...files.server, ca: files.ca },
    seed: 'runbooks/embedded/production.sql',
  });
  keyring = await publicKeyring();
});
afterAll(async () => {
  await keyring.close();
  await server.close();
  await rm(certificates, { recursive: true, force: true });
});
beforeEach(async () => {
  folders = await openFolders();
});
afterEach(() => folders.close());

const url = (query: string, more: { host?: string; port?: number; user?: string } = {}): string => {
  const { host = 'localhost', port = server.port, user = `the_reader:${encodeURIComponent(secret)}` } = more;
  return `postgresql://${user}@${host}:${port}/${database}${query}`;
};
const full = (): string => `?sslmode=verify-full&sslrootcert=${files.ca}`;
const configured = (to: string): Record<string, string> => ({
  PROD_DATABASE_URL: to,
  PROD_SYSTEM_IDENTIFIER: server.systemIdentifier,
  BACKUP_GPG_FPR: keyring.fingerprint,
  GNUPGHOME: keyring.home,
});
const run = (env: Record<string, string>) => startGatebook(['run', runbook, ...options(folders)], env).ended;

describe('over TCP with TLS and a password', () => {
  test('doctor, validate, run and verify: PASS, every session encrypted, the password nowhere', async () => {
    const env = configured(url(full()));
    expect(await startGatebook(['doctor'], env).ended).toMatchObject({ code: 0 });
    expect(await startGatebook(['validate', runbook], env).ended).toMatchObject({ code: 0 });
    const watch = watchArguments();
    const ended = await run(env);
    const seen = [...(await watch.stop())];
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    const { path, report } = await lastBundle(folders, 'o9-backup');
    expect(report).toMatchObject({ run: { mode: 'live' }, verdict: 'PASS' });
    expect(await startGatebook(['verify', path], {}).ended).toMatchObject({ code: 0 });

    expect(seen.some((line) => line.includes('pg_dump'))).toBe(true);
    const connections = (await server.log()).match(/^.*connection authorized: user=the_reader.*$/gm) ?? [];
    expect(connections.filter((line) => !line.includes('SSL enabled'))).toEqual([]);
    // pg_dump's is named after the action, ours after the command.
    expect(connections.some((line) => /gatebook\/\S+\/C-\d+\.\d+ /.test(line))).toBe(true);
    const texts = [ended.stdout, ended.stderr, ...seen];
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      for (const text of texts) expect(text).not.toContain(form);
      for (const [file, bytes] of await filesBelow(folders.root))
        expect(bytes.includes(form), file).toBe(false);
    }
  });

  test('with a client certificate instead of a password', async () => {
    const { cert, key } = files.client;
    const query = `${full()}&sslcert=${cert}&sslkey=${key}`;
    const ended = await run(configured(url(query, { user: 'by_certificate' })));
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });

  test('what the caller has set for libpq changes nothing', async () => {
    const misleading = {
      ...{
        PGHOST: '/nowhere',
        PGHOSTADDR: '127.0.0.9',
        PGPORT: '1',
        PGUSER: 'postgres',
        PGDATABASE: 'postgres',
      },
      ...{
        PGSSLMODE: 'disable',
        PGSSLROOTCERT: '/nowhere',
        PGOPTIONS: '-c statement_timeout=1',
        PGSERVICE: 'none',
      },
      ...{ PGPASSWORD: 'not-this-one', PGTARGETSESSIONATTRS: 'standby', PGREPLICATION: 'database' },
      ...{ PGSSLNEGOTIATION: 'direct', NODE_PG_FORCE_NATIVE: '1', NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    };
    const ended = await run({ ...misleading, ...configured(url(full())) });
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
  });
});

describe('refused before anything ran, exit 4', () => {
  test.each<[string, () => string, string, RegExp]>([
    [
      'another authority',
      () => url(`?sslmode=verify-full&sslrootcert=${files.otherCa}`),
      'TLS_FAILED',
      /not trusted/,
    ],
    ['no TLS asked for', () => url('?sslmode=disable'), 'UNREACHABLE', /no encryption/],
    ['half a client certificate', () => url('?sslcert=/c.pem'), 'BAD_CONNECTION_URL', /half a client/],
    [
      'an unknown parameter',
      () => url('?target_session_attrs=any'),
      'BAD_CONNECTION_URL',
      /target_session_attrs/,
    ],
    ['no password', () => url(full(), { user: 'the_reader' }), 'UNREACHABLE', /asks for a password/],
  ])('%s', async (_, to, code, words) => refused(to(), code, words));

  test.each(['session', 'transaction', 'statement'] as const)('a pooler, %s pooling', async (mode) => {
    const pooler = await startPgbouncer(server, mode, true);
    await refused(
      url('', { port: pooler.port }),
      'POOLED_CONNECTION',
      /Connect to the server itself/,
    ).finally(pooler.close);
  });
});

async function refused(to: string, code: string, words: RegExp): Promise<void> {
  const watch = watchArguments();
  const ended = await run(configured(to));
  const programs = [...(await watch.stop())].filter((line) => line.includes(folders.root));
  expect(ended, ended.stderr).toMatchObject({ code: 4 });
  expect(ended.stderr).toMatch(words);
  expect(ended.stdout + ended.stderr).not.toContain(encodeURIComponent(secret));
  const { report } = await lastBundle(folders, 'o9-backup');
  expect(report).toMatchObject({ verdict: 'REFUSED', cause: { code } });
  expect(programs.filter((line) => /pg_dump|pg_restore|initdb|psql/.test(line))).toEqual([]);
}
