import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgres } from '../../src/adapters/postgres/index.js';
import { findEngine } from '../../src/adapters/sandbox/engine.js';
import type { Session } from '../../src/ports/postgres.js';
import { openWorld, sessionSpec } from './server.js';

/** A server as productions are reached: TCP on 127.0.0.1, TLS where wanted, a password for each login. */
export interface TcpServer {
  readonly port: number;
  readonly bin: string;
  readonly folder: string;
  readonly systemIdentifier: string;
  readonly admin: () => Promise<Session>;
  /** What the server has logged so far, each connection among it. */
  readonly log: () => Promise<string>;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const secret = 'sesame:open\\wide@7';
export const database = 'directus';

/** Root's children run as `nobody`: neither PostgreSQL nor PgBouncer runs as root. */
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const asNobody = (argv: readonly string[]): readonly string[] =>
  isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...argv] : argv;
export const give = (path: string, mode: number): void => {
  chmodSync(path, mode);
  if (isRoot) chownSync(path, nobody, nobody);
};

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export interface Certificates {
  readonly ca: string;
  readonly otherCa: string;
  /** A server's and a login's, each `{cert, key}`. */
  readonly server: { readonly cert: string; readonly key: string };
  readonly elsewhere: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** An authority, another one, and what the first has signed: for localhost and 127.0.0.1, another host, a login. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = (name: string): string => {
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
    return at(`${name}.pem`);
  };
  const signed = (name: string, subject: string, alt?: string) => {
    const more = alt === undefined ? [] : ['-addext', `subjectAltName=${alt}`];
    openssl(
      'req',
      '-new',
      ...key,
      '-subj',
      `/CN=${subject}`,
      ...more,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-copy_extensions', 'copy', '-days', '2', '-out', `${name}.pem`],
    );
    chmodSync(at(`${name}.key`), 0o600);
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  return {
    ca: authority('ca'),
    otherCa: authority('other'),
    server: signed('server', 'localhost', 'DNS:localhost,IP:127.0.0.1'),
    elsewhere: signed('elsewhere', 'db.example', 'DNS:db.example'),
    client: signed('client', 'by_certificate'),
  };
}

export interface TcpSpec {
  /** The server's certificate; without it the server takes no TLS. */
  readonly certificate?: Readonly<Record<'cert' | 'key' | 'ca', string>>;
  readonly seed?: string;
}

const withTls = `hostssl all by_certificate all cert
hostssl all all all scram-sha-256
hostnossl all all all reject
`;

export async function startTcpServer(spec: TcpSpec): Promise<TcpServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gbt-'));
  await chmod(folder, 0o711);
  const bin = await programs();
  const [data, run] = [join(folder, 'data'), join(folder, 's')];
  await initialise(bin, data, run, spec);
  const port = await freePort();
  const argv = [
    ...[join(bin, 'postgres'), '-D', data, '-c', 'listen_addresses=127.0.0.1', '-p', `${port}`, '-k', run],
    ...serverSettings,
    ...(spec.certificate ? tlsSettings : []),
  ];
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = startAsNobody(argv);
    await ready(join(bin, 'pg_isready'), run, port);
  };
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server?.kill('SIGINT');
    await ended;
  };
  await start();
  const seed = spec.seed === undefined ? '' : await readFile(spec.seed, 'utf8');
  for (const [to, sql] of [
    ['postgres', `CREATE DATABASE ${database}`],
    [database, `${seed}\n${logins}`],
  ] as const)
    execFileSync(
      join(bin, 'psql'),
      ['-Xq', '-v', 'ON_ERROR_STOP=1', '-h', run, '-p', `${port}`, '-U', 'postgres', to],
      { input: sql, stdio: ['pipe', 'pipe', 'pipe'] },
    );
  const admin = async (): Promise<Session> => {
    const parts = { host: run, port, database, user: 'postgres' };
    const opened = await createPostgres().open(sessionSpec(parts, { applicationName: 'admin' }));
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  };
  const session = await admin();
  const asked = await session.query('SELECT system_identifier::text AS id FROM pg_control_system()');
  await session.close();
  return {
    ...{ port, bin, folder, start, stop, admin },
    log: () => readFile(join(data, 'log/server.log'), 'utf8'),
    systemIdentifier: asked.ok ? (asked.value.rows[0]?.['id'] as string) : '',
    close: async () => {
      if (server?.exitCode === null) await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const serverSettings = [
  ...['fsync=off', 'max_connections=40', 'log_connections=on', 'lc_messages=C'],
  ...['logging_collector=on', 'log_directory=log', 'log_filename=server.log'],
].flatMap((setting) => ['-c', setting]);
const tlsSettings = [
  'ssl=on',
  'ssl_cert_file=cert.pem',
  'ssl_key_file=key.pem',
  'ssl_ca_file=ca.pem',
].flatMap((setting) => ['-c', setting]);
const logins = `CREATE ROLE the_reader LOGIN PASSWORD '${secret}';
CREATE ROLE by_certificate LOGIN;
GRANT pg_read_all_data TO the_reader, by_certificate;`;

async function initialise(bin: string, data: string, run: string, { certificate }: TcpSpec): Promise<void> {
  for (const path of [data, run]) {
    await mkdir(path);
    give(path, 0o700);
  }
  const how = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  call(join(bin, 'initdb'), '--no-sync', '-D', data, ...how);
  for (const [name, path] of Object.entries(certificate ?? {})) {
    await writeFile(join(data, `${name}.pem`), await readFile(path));
    give(join(data, `${name}.pem`), 0o600);
  }
  const rules = certificate ? withTls : 'host all all all scram-sha-256\n';
  await writeFile(join(data, 'pg_hba.conf'), `local all all trust\n${rules}`);
}

async function programs(): Promise<string> {
  const world = await openWorld();
  const engine = await findEngine(
    world.processes,
    {},
    {
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    },
  );
  await world.close();
  if (!engine.ok) throw new Error(engine.error.message);
  return engine.value.bin;
}

function call(...argv: readonly string[]): void {
  const [program = '', ...args] = asNobody(argv);
  execFileSync(program, args, { stdio: 'pipe', cwd: '/' });
}

export function startAsNobody(argv: readonly string[]): ChildProcess {
  const [program = '', ...args] = asNobody(argv);
  return spawn(program, args, { stdio: 'ignore', cwd: '/' });
}

async function ready(isReady: string, run: string, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      execFileSync(isReady, ['-q', '-h', run, '-p', `${port}`]);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('the server did not start');
}
