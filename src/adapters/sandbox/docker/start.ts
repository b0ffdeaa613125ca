import type { Result } from '../../../base/result.js';
import { err, ok } from '../../../base/result.js';
import { cut } from '../../../base/visible.js';
import type { Bridges } from '../../../ports/bridge.js';
import type { CallLimits, Docker, ExecSpec } from '../../../ports/docker.js';
import type { ConnectionParts, Postgres } from '../../../ports/postgres.js';
import type { ContainerPlan, ContainerServerHandle, Server, ServerSpec } from '../../../ports/sandbox.js';
import type { Problem } from '../../../text/problem.js';
import type { Wanted } from '../engine.js';
import { chooseMajor, wantedWords } from '../engine.js';
import { layout } from '../folder.js';
import { readIdentifier } from '../identifier.js';
import type { RunSql } from '../prepare.js';
import { prepareDatabase, psqlArguments, psqlEnvironment, superuserName } from '../prepare.js';
import { errorLog } from '../settings.js';
import { findArgv, initialiseArgv, insideFolder, waitArgv } from './scripts.js';

interface World {
  readonly docker: Docker;
  readonly bridges: Bridges;
  readonly postgres: Postgres;
}

/** Who the server runs as inside: a user of every PostgreSQL image. Its root runs nothing of ours. */
const serverUser = 'postgres';
/** Parallel queries share memory there; the engine's 64 MiB are not enough for building large indexes. */
const sharedMemoryBytes = 1 << 30;

export function intendContainer(docker: Docker, { run, name }: ContainerPlan): ContainerServerHandle {
  const intent = docker.intend('container', name ?? '', run);
  return { ...intent, name: name ?? `gatebook-${intent.nonce.slice(0, 12)}`, engine: 'docker' };
}

/**
 * A throwaway server in a container of its own: no published port, no network unless one is named, not root. The
 * image gives its programs only; what it would do by itself is not run. The password goes in through stdin, so that
 * neither a command line nor `docker inspect` has it.
 */
export async function startContainer(
  world: World,
  intent: ContainerServerHandle,
  spec: ServerSpec,
): Promise<Result<Server, Problem>> {
  const { container } = spec;
  if (container === undefined) return failed('the server was not planned as a container');
  if (container.network !== undefined && spec.password === undefined)
    return failed('a server in a network needs a password', 'give it password:, or leave network: out');
  const limits = limitsOf(spec);
  const created = await world.docker.createContainer(
    intent,
    {
      image: container.image,
      network: container.network ?? 'none',
      argv: waitArgv,
      user: serverUser,
      shmBytes: sharedMemoryBytes,
    },
    limits,
  );
  if (!created.ok) return created;
  const handle: ContainerServerHandle = { ...created.value, engine: 'docker' };
  const started = await world.docker.start(handle, limits);
  if (!started.ok) return started;
  const programs = await findPrograms(world.docker, handle, spec, limits);
  if (!programs.ok) return programs;
  const { bin, major } = programs.value;
  const argv = initialiseArgv(bin, major, spec, container);
  const stdin = spec.password === undefined ? '' : `${spec.password}\n`;
  const ready = await initialise(world.docker, handle, { argv, stdin }, limits);
  if (!ready.ok) return ready;
  return connect(world, handle, programs.value, spec);
}

const limitsOf = ({ timeoutMs, signal }: ServerSpec): CallLimits => ({ timeoutMs, signal });

const failed = (message: string, next?: string): Result<never, Problem> =>
  err({ code: 'SANDBOX_FAILED', message, ...(next !== undefined && { next }) });

interface Programs {
  readonly bin: string;
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

async function findPrograms(
  docker: Docker,
  handle: ContainerServerHandle,
  wanted: Wanted,
  limits: CallLimits,
): Promise<Result<Programs, Problem>> {
  const found = await docker.exec(handle, { argv: findArgv }, limits);
  if (!found.ok) return found;
  const [, bin, version, majorText, minorText] =
    /^(\/\S+)\n[^\n]*?((\d+)\.(\d+))/.exec(found.value.stdout) ?? [];
  if (found.value.exitCode !== 0 || bin === undefined || version === undefined)
    return err({
      code: 'ENGINE_MISSING',
      message: 'the image has no PostgreSQL server programs',
      next: 'take an image that has initdb, postgres and psql',
    });
  const [major, minor] = [Number(majorText), Number(minorText)];
  if (chooseMajor([major], wanted) === undefined)
    return err({
      code: 'ENGINE_VERSION',
      message: `${wantedWords(wanted)}; the image has ${version}`,
      next: 'name an image of that version: sandbox: {image: …@sha256:…}',
    });
  return ok({ bin, text: version, major, minor });
}

async function initialise(
  docker: Docker,
  handle: ContainerServerHandle,
  program: Pick<ExecSpec, 'argv'> & { readonly stdin: string },
  limits: CallLimits,
): Promise<Result<null, Problem>> {
  const ran = await docker.exec(handle, program, limits);
  if (ran.ok && ran.value.exitCode === 0) return ok(null);
  if (!ran.ok && ran.error.code !== 'CONTAINER_STOPPED') return ran;
  const said = await docker.lastLines(handle, 5, limits);
  const why = ran.ok ? ran.value.stderr.trim() : ran.error.message;
  const words = [why, said.ok ? said.value.trim() : ''].filter((text) => text !== '').join('; ');
  return failed(`the server did not start: ${cut(words, 2000)}`);
}

async function connect(
  world: World,
  handle: ContainerServerHandle,
  { bin, text, major, minor }: Programs,
  spec: ServerSpec,
): Promise<Result<Server, Problem>> {
  const limits = limitsOf(spec);
  const at = layout(insideFolder);
  const place = { container: handle, sockets: [at.socket], user: serverUser } as const;
  const bridge = await world.bridges.open(place, limits);
  if (!bridge.ok) return bridge;
  const superuser: ConnectionParts = {
    host: bridge.value.folder,
    port: 5432,
    database: spec.database,
    user: superuserName,
    ...(spec.password !== undefined && { password: spec.password }),
  };
  const identifier = await readIdentifier(world.postgres, superuser, spec.signal);
  if (!identifier.ok) return failed(`the server did not answer: ${identifier.error.message}`);
  const inside = { ...superuser, host: at.socket };
  const run: RunSql = (database, sql) =>
    world.docker.exec(
      handle,
      {
        argv: [`${bin}/psql`, ...psqlArguments],
        env: {
          ...psqlEnvironment({ ...inside, database }),
          ...(spec.password !== undefined && { PGPASSWORD: spec.password }),
        },
        stdin: sql,
      },
      limits,
    );
  const user = await prepareDatabase(run, major, spec);
  if (!user.ok) return user;
  const network = spec.container?.network;
  return ok({
    handle,
    connection: { ...superuser, user: user.value },
    superuser,
    systemIdentifier: identifier.value,
    version: { text, major, minor },
    errorLog: errorLog(insideFolder, major),
    isolation: network === undefined ? 'own-container,own-network' : 'own-container,no-published-port',
  });
}
