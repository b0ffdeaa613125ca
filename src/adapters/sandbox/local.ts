import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { cut, cutBefore } from '../../base/visible.js';
import type { ConnectionParts, Postgres } from '../../ports/postgres.js';
import type { Daemon, Limits, Processes } from '../../ports/process.js';
import type { LocalHandle, Server, ServerSpec } from '../../ports/sandbox.js';
import type { Problem } from '../../text/problem.js';
import { bootId, startTimeOf } from '../process/proc.js';
import type { Engine } from './engine.js';
import { findEngine } from './engine.js';
import { layout, makeFolder } from './folder.js';
import { readIdentifier } from './identifier.js';
import type { Isolation } from './isolation.js';
import { measureIsolation } from './isolation.js';
import { prepareDatabase, psqlArguments, psqlEnvironment, superuserName } from './prepare.js';
import type { RunSql } from './prepare.js';
import { postmasterPid } from './processes-of.js';
import { errorLog, serverSettings, settingArguments } from './settings.js';

const pollMs = 20;

/**
 * A throwaway server of the programs that are installed here. Each is initialised anew: copies share an identity.
 */
export async function startLocal(
  world: { readonly processes: Processes; readonly postgres: Postgres },
  intent: LocalHandle,
  spec: ServerSpec,
): Promise<Result<Server, Problem>> {
  const { processes } = world;
  const limits: Limits = { timeoutMs: spec.timeoutMs, signal: spec.signal };
  const engine = await findEngine(processes, spec, limits);
  if (!engine.ok) return engine;
  const isolation = await measureIsolation(processes, intent.uid, limits);
  const made = await makeFolder(intent, isolation.uid);
  const place: Place = { processes, engine: engine.value, isolation, folder: intent.folder };
  const initialised = await initialise(place, spec, limits);
  if (!initialised.ok) return initialised;
  const daemon = await launch(place, spec);
  if (!daemon.ok) return daemon;

  const superuser: ConnectionParts = {
    host: layout(intent.folder).socket,
    port: 5432,
    database: spec.database,
    user: superuserName,
    ...(spec.password !== undefined && { password: spec.password }),
  };
  const identifier = await awaitServer(
    { daemon: daemon.value, folder: intent.folder },
    { postgres: world.postgres, superuser },
    spec,
  );
  if (!identifier.ok) return identifier;
  const pid = (await postmasterPid(intent.folder)) ?? daemon.value.pid;
  const handle = { ...made, pid, bootId: bootId(), startTime: await startTimeOf(pid) };
  const run = sqlRunner(processes, engine.value, superuser, limits);
  const user = await prepareDatabase(run, engine.value.major, spec);
  if (!user.ok) return user;
  const { text, major, minor } = engine.value;
  return ok({
    handle,
    connection: { ...superuser, user: user.value },
    superuser,
    systemIdentifier: identifier.value,
    version: { text, major, minor },
    errorLog: errorLog(intent.folder, major),
    isolation: isolation.words,
  });
}

/** Where one server is made, and with what. */
interface Place {
  readonly processes: Processes;
  readonly engine: Engine;
  readonly isolation: Isolation;
  readonly folder: string;
}

/** psql of the server's own version, through its socket. */
const sqlRunner =
  (processes: Processes, engine: Engine, connection: ConnectionParts, limits: Limits): RunSql =>
  (database, sql) =>
    processes.run(
      {
        argv: [join(engine.bin, 'psql'), ...psqlArguments],
        env: {
          ...psqlEnvironment({ ...connection, database }),
          ...(connection.password !== undefined && { PGPASSWORD: connection.password }),
        },
        stdin: sql,
      },
      limits,
    );

async function initialise(
  { processes, engine, isolation, folder }: Place,
  spec: ServerSpec,
  limits: Limits,
): Promise<Result<null, Problem>> {
  const at = layout(folder);
  const { password } = spec;
  const argv: readonly [string, ...string[]] = [
    join(engine.bin, 'initdb'),
    ...['--no-sync', '--no-instructions', '-D', at.data, '-U', superuserName],
    ...['-E', 'UTF8', '--locale=C', '--auth-host=reject'],
    ...(password === undefined
      ? ['--auth-local=trust']
      : ['--auth-local=scram-sha-256', `--pwfile=${at.password}`]),
  ];
  // initdb opens the file by its name, which an inherited descriptor (a socket here) doesn't allow.
  if (password !== undefined) await writePassword(at.password, password, isolation.uid);
  const ran = await processes
    .run({ argv: isolation.initdb(argv), cwd: at.data }, limits)
    .finally(() => rm(at.password, { force: true }));
  if (!ran.ok) return ran;
  if (ran.value.exitCode === 0) return ok(null);
  return err({ code: 'SANDBOX_FAILED', message: `initdb failed: ${cut(ran.value.stderr.trim(), 2000)}` });
}

async function writePassword(path: string, password: string, uid: number | null): Promise<void> {
  await writeFile(path, `${password}\n`, { flag: 'wx', mode: 0o600 });
  if (uid !== null) await chown(path, uid, uid);
}

/** `postgres` itself, not pg_ctl: it is our child and ends with us. */
async function launch(
  { processes, engine, isolation, folder }: Place,
  spec: ServerSpec,
): Promise<Result<Daemon, Problem>> {
  const at = layout(folder);
  const settings = serverSettings(folder, engine.major, spec.settings);
  return processes.daemon({
    argv: isolation.server([join(engine.bin, 'postgres'), '-D', at.data, ...settingArguments(settings)]),
    cwd: at.data,
    log: at.output,
  });
}

/** Waits until it answers; what it answers first is its identity. */
async function awaitServer(
  { daemon, folder }: { readonly daemon: Daemon; readonly folder: string },
  { postgres, superuser }: { readonly postgres: Postgres; readonly superuser: ConnectionParts },
  spec: ServerSpec,
): Promise<Result<string, Problem>> {
  const deadline = performance.now() + spec.timeoutMs;
  let ended: string | undefined;
  void daemon.exited.then(async (end) => {
    const output = await readFile(layout(folder).output, 'utf8').catch(() => '');
    ended = cutBefore(output.trim(), 2000) || `exit code ${end.exitCode}`;
  });
  for (;;) {
    const identifier = await readIdentifier(postgres, superuser, spec.signal);
    if (identifier.ok) return identifier;
    if (ended !== undefined)
      return err({ code: 'SANDBOX_FAILED', message: `the server ended at its start: ${ended}` });
    if (spec.signal.aborted || performance.now() > deadline)
      return err({
        code: 'SANDBOX_FAILED',
        message: `the server did not answer: ${identifier.error.message}`,
      });
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
