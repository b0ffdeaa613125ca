import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from './harness.js';
import { startServer, type Server } from './server.js';

export const database = 'bench';
export const tables = ['public.document', 'public.event'] as const;

/** A production of about a gigabyte and an operator's keyring, for the benches of backup and restore. */
export interface World {
  readonly server: Server;
  readonly fingerprint: string;
  readonly gnupgHome: string;
  readonly folder: string;
  readonly systemIdentifier: string;
  readonly close: () => Promise<void>;
}

/**
 * Rows as wide as documents are: fourteen sentences, each picked from 4,096 by a hash, so that they compress as text
 * does and no two rows are alike; and narrow ones beside them.
 */
const generator = (rows: number): string => `
  create role bench_reader login; grant pg_read_all_data to bench_reader;
  create table sentence as
    select n, (select string_agg(substr(md5((n * 31 + w % 17)::text), 1, 2 + (n * 7 + w * 13) % 9), ' ') from generate_series(1, 16) w) || '. ' as text
    from generate_series(0, 4095) n;
  alter table sentence add primary key (n);
  create table document as
    select d as id, md5(d::text) as code, now() - d * interval '1 minute' as at,
      (select string_agg(text, '' order by i) from generate_series(1, 14) i
         join sentence on n = hashint8(d * 64 + i) & 4095) as body
    from generate_series(1, ${rows}::bigint) d;
  alter table document add primary key (id);
  create table event as
    select e as id, 1 + e % ${rows} as document, (array['read', 'cut', 'verify'])[1 + e % 3] as kind, e * 17 % 1000 as weight
    from generate_series(1, ${rows}) e;
  alter table event add primary key (id);
  create index on event (document);
  drop table sentence;
  vacuum analyze;`;

const keySpec = `Key-Type: RSA
Key-Length: 3072
Subkey-Type: RSA
Subkey-Length: 3072
Name-Real: bench
%no-protection
%commit
`;

export async function makeWorld(rows: number): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'gb-w-'));
  await chmod(folder, 0o700);
  const server = await startServer();
  process.stderr.write('  making the database\n');
  await server.sql('postgres', `create database ${database}`);
  for (const statement of generator(rows)
    .split(';\n')
    .filter((s) => s.trim()))
    await server.sql(database, statement);
  await server.sql(database, 'checkpoint');
  const gnupgHome = join(folder, 'gnupg');
  const script = `mkdir -m 700 "$GNUPGHOME" && printf '%s' "$SPEC" | gpg --batch --quiet --gen-key && gpg --list-keys --with-colons | awk -F: '/^fpr:/{print $10; exit}'`;
  const { stdout } = await call(['bash', '-c', script], {
    env: { ...process.env, GNUPGHOME: gnupgHome, SPEC: keySpec },
  });
  return {
    server,
    folder,
    gnupgHome,
    fingerprint: stdout.trim(),
    systemIdentifier: await server.sql('postgres', 'select system_identifier from pg_control_system()'),
    close: async () => {
      await call(['gpgconf', '--kill', 'all'], { env: { ...process.env, GNUPGHOME: gnupgHome } }).catch(
        () => null,
      );
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
