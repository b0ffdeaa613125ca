import { spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, fixedPath } from '../src/adapters/process/find.js';
import { call } from './harness.js';

/** PostgreSQL refuses to run as root. */
const nobody = 65534;

export interface Server {
  /** For libpq: socket folder and port. */
  readonly env: NodeJS.ProcessEnv;
  readonly url: (user: string, database: string) => string;
  readonly sql: (database: string, text: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

export async function program(name: string): Promise<string> {
  const path = await findProgram(name, fixedPath);
  if (path === null) throw new Error(`${name} is not installed: gatebook doctor`);
  return path;
}

/** A server as it comes, but for what `settings` change: a Unix socket, a superuser called `postgres`. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'gb-pg-'));
  const asNobody =
    process.geteuid?.() === 0 ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
  if (asNobody.length > 0) await chown(folder, nobody, nobody);
  const data = join(folder, 'data');
  await call([
    ...asNobody,
    await program('initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ]);
  const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', ...set];
  const [file = '', ...args] = [...asNobody, await program('postgres'), ...options];
  const child = spawn(file, args, { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGINT'));
  const env = { ...process.env, PGHOST: folder, PGPORT: '5432', PGUSER: 'postgres' };
  const psql = await program('psql');
  const sql = async (database: string, text: string): Promise<string> =>
    (await call([psql, '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', text], { env })).stdout.trim();
  await untilReady(() => sql('postgres', 'select 1'));
  return {
    env,
    url: (user, database) =>
      `postgresql:///${database}?host=${encodeURIComponent(folder)}&port=5432&user=${user}`,
    sql,
    stop: () => stop(child, folder),
  };
}

async function untilReady(ask: () => Promise<string>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await ask().catch(() => null);
    if (answer !== null) return;
    await sleep(100);
  }
  throw new Error('the server did not start within 10 s');
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
  await rm(folder, { recursive: true, force: true });
}
