import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBridges } from '../../src/adapters/docker/bridge.js';
import { createDocker } from '../../src/adapters/docker/index.js';
import { createPostgres } from '../../src/adapters/postgres/index.js';
import { createProcesses } from '../../src/adapters/process/index.js';
import { createSandboxes } from '../../src/adapters/sandbox/index.js';
import { createRedactor } from '../../src/journal/redact.js';
import type { Bridges } from '../../src/ports/bridge.js';
import type { Docker } from '../../src/ports/docker.js';
import { localEngine } from '../../src/ports/docker.js';
import type { ConnectionParts, Postgres, Session, SessionSpec } from '../../src/ports/postgres.js';
import type { Processes } from '../../src/ports/process.js';
import type { LocalHandle, Sandboxes, Server, ServerSpec } from '../../src/ports/sandbox.js';

export interface World {
  readonly processes: Processes;
  readonly postgres: Postgres;
  readonly docker: Docker;
  readonly bridges: Bridges;
  readonly sandboxes: Sandboxes;
  readonly close: () => Promise<void>;
}

/** Real processes and PostgreSQL, contained as in a run; a Docker engine where its address is given. */
export async function openWorld(host = localEngine): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'gbh-'));
  const processes = createProcesses({ mode: 'process-group', home, redactor: createRedactor() });
  const postgres = createPostgres();
  const docker = createDocker({ processes, host });
  const bridges = createBridges({ processes, docker, folder: home });
  return {
    processes,
    postgres,
    docker,
    bridges,
    sandboxes: createSandboxes({ processes, postgres, docker, bridges }),
    close: async () => {
      await bridges.closeAll();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** As a server of the programs that are installed here. */
export function localHandle({ handle }: Pick<Server, 'handle'>): LocalHandle {
  if (handle.engine !== 'local') throw new Error('not a local server');
  return handle;
}

export async function startServer(world: World, spec: Partial<ServerSpec> = {}): Promise<Server> {
  const intent = world.sandboxes.intend(spec.container);
  const started = await world.sandboxes.start(intent, {
    database: 'directus',
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    ...spec,
  });
  if (!started.ok) throw new Error(`${started.error.code}: ${started.error.message}`);
  return started.value;
}

export const sessionSpec = (connection: ConnectionParts, more: Partial<SessionSpec> = {}): SessionSpec => ({
  connection,
  expected: {},
  applicationName: 'gatebook/test/C-01',
  readOnly: false,
  refuseSuperuser: false,
  statementTimeoutMs: 20_000,
  lockTimeoutMs: 5_000,
  signal: new AbortController().signal,
  ...more,
});

export async function openSession(
  world: World,
  connection: ConnectionParts,
  more: Partial<SessionSpec> = {},
): Promise<Session> {
  const session = await world.postgres.open(sessionSpec(connection, more));
  if (!session.ok) throw new Error(`${session.error.code}: ${session.error.message}`);
  return session.value;
}
