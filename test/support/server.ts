import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgres } from '../../src/adapters/postgres/index.js';
import { createProcesses } from '../../src/adapters/process/index.js';
import { createSandboxes } from '../../src/adapters/sandbox/local.js';
import { createRedactor } from '../../src/journal/redact.js';
import type { ConnectionParts, Postgres, Session, SessionSpec } from '../../src/ports/postgres.js';
import type { Processes } from '../../src/ports/process.js';
import type { Sandboxes, Server, ServerSpec } from '../../src/ports/sandbox.js';

export interface World {
  readonly processes: Processes;
  readonly postgres: Postgres;
  readonly sandboxes: Sandboxes;
  readonly close: () => Promise<void>;
}

/** Real processes and PostgreSQL, contained as in a run. */
export async function openWorld(): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'gbh-'));
  const processes = createProcesses({ mode: 'process-group', home, redactor: createRedactor() });
  const postgres = createPostgres();
  return {
    processes,
    postgres,
    sandboxes: createSandboxes({ processes, postgres }),
    close: () => rm(home, { recursive: true, force: true }),
  };
}

export async function startServer(world: World, spec: Partial<ServerSpec> = {}): Promise<Server> {
  const started = await world.sandboxes.start(world.sandboxes.intend(), {
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
