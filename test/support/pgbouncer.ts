import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TcpServer } from './tcp-server.js';
import { database, freePort, give, secret, startAsNobody } from './tcp-server.js';

export interface Pooler {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** PgBouncer in front of a server; `lenient` takes startup options that it doesn't pass on. */
export async function startPgbouncer(
  server: TcpServer,
  mode: 'session' | 'transaction' | 'statement',
  lenient: boolean,
): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), 'gbb-'));
  give(folder, 0o700);
  await mkdir(join(folder, 's'));
  give(join(folder, 's'), 0o700);
  const port = await freePort();
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content, { mode: 0o600 });
    give(path, 0o600);
    return path;
  };
  const users = await write('users.txt', `"the_reader" "${secret}"\n`);
  const ini = await write(
    'pgbouncer.ini',
    `[databases]
${database} = host=127.0.0.1 port=${server.port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir = ${join(folder, 's')}
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
server_tls_sslmode = prefer
${lenient ? 'ignore_startup_parameters = options,replication,extra_float_digits' : ''}
`,
  );
  const pooler = startAsNobody(['pgbouncer', ini]);
  const missing = new Promise<never>((_, reject) => pooler.once('error', reject));
  await Promise.race([listening(port), missing]);
  return {
    port,
    close: async () => {
      const ended = new Promise((resolve) => pooler.once('exit', resolve));
      if (pooler.exitCode === null && pooler.kill('SIGTERM')) await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('pgbouncer did not start');
}
