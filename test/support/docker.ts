import { execFileSync, spawn } from 'node:child_process';
import { access, mkdir, readFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from './gatebook.js';

/** Set by `docker-setup.ts`: the folder of this test run's engine, whether or not it was started. */
export const engineFolder = 'GATEBOOK_TEST_ENGINE';
const startMs = 120_000;

export interface TestEngine {
  /** `unix:///…` */
  readonly host: string;
  /** `sha256:…` of an image like the official one of PostgreSQL, made of this machine's packages. */
  readonly image: string;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The engine of this test run, started by who asks first. */
export async function testEngine(): Promise<TestEngine> {
  const folder = process.env[engineFolder];
  if (folder === undefined)
    throw new Error('test/support/docker-setup.ts was not run; start the tests with vitest');
  // Whoever makes the folder starts the engine; the others wait for it.
  const first = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (first) startEngine(folder, Number(process.env[`${engineFolder}_OWNER`]));
  for (const deadline = performance.now() + startMs; performance.now() < deadline; await pause(50)) {
    if (await exists(join(folder, 'ready'))) return readReady(folder);
    if (await exists(join(folder, 'failed')))
      throw new Error(`no Docker engine for the tests: ${await readFile(join(folder, 'failed'), 'utf8')}`);
  }
  throw new Error(
    `the Docker engine of the tests did not start within ${startMs / 1000} s; its log: ${folder}/log`,
  );
}

async function readReady(folder: string): Promise<TestEngine> {
  const [host = '', image = ''] = (await readFile(join(folder, 'ready'), 'utf8')).split('\n');
  return { host, image };
}

/** Lives as long as the test run, not as long as the worker that asked for it. */
function startEngine(folder: string, owner: number): void {
  const script = join(projectRoot, 'scripts/test-engine.sh');
  spawn('sh', [script, 'serve', folder, String(owner)], { detached: true, stdio: 'ignore' }).unref();
}

/** The engine as it looks to who sees it only now and then: a socket that leads to it until `stop`. */
export async function interruptible(
  engine: TestEngine,
  path: string,
): Promise<{
  readonly host: string;
  readonly stop: () => Promise<void>;
  readonly resume: () => Promise<void>;
}> {
  const open = new Set<{ destroy: () => unknown }>();
  const make = () =>
    createServer({ allowHalfOpen: true }, (client) => {
      const upstream = createConnection({ path: engine.host.slice('unix://'.length), allowHalfOpen: true });
      for (const socket of [client, upstream]) {
        open.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          open.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
  let server = make();
  const listen = () => new Promise<void>((resolve) => server.listen(path, resolve));
  await listen();
  return {
    host: `unix://${path}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
    resume: () => {
      server = make();
      return listen();
    },
  };
}

export interface Container {
  readonly name: string;
  readonly systemIdentifier: string;
  /** Id, when it was started and its status: what must not change. */
  readonly state: () => string;
  readonly remove: () => void;
}

/** The docker program on this engine; throws where it fails. */
export const dockerOn =
  ({ host }: Pick<TestEngine, 'host'>) =>
  (...args: readonly string[]): string =>
    execFileSync('docker', ['--host', host, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();

/** A server as people run it in a container, by the image's own entrypoint, with a database and what the SQL makes. */
export async function startServerContainer(
  engine: TestEngine,
  { name, database, sql }: { readonly name: string; readonly database: string; readonly sql: string },
): Promise<Container> {
  const docker = dockerOn(engine);
  docker('run', '--detach', '--name', name, '--network', 'none', '--label', 'test=ours', engine.image);
  const psql = (to: string, text: string): string =>
    docker(
      'exec',
      '--user',
      'postgres',
      name,
      'psql',
      '-XAqt',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      to,
      '-c',
      text,
    );
  for (const deadline = performance.now() + 30_000; ; await pause(100))
    try {
      psql('postgres', `CREATE DATABASE ${database}`);
      break;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  psql(database, sql);
  return {
    name,
    systemIdentifier: psql(database, 'SELECT system_identifier FROM pg_control_system()'),
    state: () => docker('inspect', '--format', '{{.Id}} {{.State.StartedAt}} {{.State.Status}}', name),
    remove: () => void docker('rm', '--force', '--volumes', name),
  };
}
