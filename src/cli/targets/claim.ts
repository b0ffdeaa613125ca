import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { quoteIdentifier } from '../../base/sql.js';
import type { Bound } from '../../bind/index.js';
import type { Execution } from '../../execute/context.js';
import { evaluateTemplate } from '../../expression/index.js';
import type { ConnectionParts, PgProblem, Session } from '../../ports/postgres.js';
import { asReached } from '../../ports/postgres.js';
import type { Problem } from '../../text/problem.js';
import { connectContainer } from './container-target.js';
import { checkServerVersion } from './server-version.js';

/** What stops a run before C-01, and the exit code of that refusal. */
export interface Unready extends Problem {
  readonly exit: 4 | 6;
}

/** A session that holds the claim on a target, or in a dry run would. */
export interface Claim {
  readonly target: string;
  readonly session: Session;
}

const sessionMs = 15_000;
/** `gate`, then 1: the advisory lock that says that a run is at work in this database. */
const lockKey = [0x67617465, 1] as const;
/** The claim's, that of the snapshot, and pg_dump's. */
const sessionsAtOnce = 3;

/**
 * Opens a session on a live target, which asserts its identity, and takes the claim on it: an advisory lock, held
 * until the session is closed and seen from every machine. A dry run takes none.
 */
export async function claimLive(
  execution: Execution,
  name: string,
  bound: Bound,
  held: Claim[],
): Promise<Result<null, Unready>> {
  const reached = await reach(execution, name, bound);
  if (!reached.ok) return unready(reached.error);
  const connection = reached.value;
  const { system_identifier: systemIdentifier, database = connection.database } =
    bound.binding.targets[name]?.identity ?? {};
  const known = systemIdentifier !== undefined;
  const provide = (to: ConnectionParts): void =>
    execution.targets.provide(name, { connection: to, ...(known && { systemIdentifier }) });
  provide(connection);
  const identity = { ...(known && { system_identifier: systemIdentifier }), database };
  const engine = bound.binding.targets[name]?.via === 'docker' ? 'docker' : null;
  execution.scope.setTarget(name, { identity, engine });
  const opened = await openClaim(execution, name);
  if (!opened.ok) return opened;
  held.push({ target: name, session: opened.value });
  // Whatever the run opens from here on goes where the claim is.
  provide(asReached(connection, opened.value.reached));
  const { plan, world } = execution;
  const suits = await checkServerVersion(
    { plan, binding: bound.binding, processes: world.processes },
    name,
    opened.value,
  );
  if (!suits.ok) return unready(suits.error);
  const room = await roomForSessions(name, connection.user, opened.value);
  if (!room.ok || execution.facts.mode === 'dry-run') return room;
  return take(name, opened.value);
}

/** By its URL, or through the engine of its container. */
async function reach(
  execution: Execution,
  name: string,
  { binding, connections }: Bound,
): Promise<Result<ConnectionParts, Problem>> {
  const declared = execution.plan.targets[name]?.postgres;
  if (declared?.via === 'docker') {
    const { scope, cancellation, world } = execution;
    const target = { name, declared, binding };
    return connectContainer(target, {
      bridges: world.bridges,
      evaluate: (template) => evaluateTemplate(template, scope.values(null)),
      signal: cancellation.signal,
    });
  }
  const connection = connections.get(name);
  return connection === undefined
    ? err({ code: 'NOT_CONFIGURED', message: `target ${name} has no connection` })
    : ok(connection);
}

const unready = (problem: Problem): Result<never, Unready> => err({ ...problem, exit: 4 });
const controls: ReadonlySet<string> = new Set(['IDENTITY_MISMATCH', 'SUPERUSER_REFUSED']);
const failed = (name: string, problem: PgProblem): Result<never, Unready> =>
  err({
    ...problem,
    message: `target ${name}: ${problem.message}`,
    exit: controls.has(problem.code) ? 6 : 4,
  });

async function openClaim(execution: Execution, name: string): Promise<Result<Session, Unready>> {
  // A cancellation stops the opening, but the claim is held until teardown is over.
  const opening = new AbortController();
  const stop = (): void => opening.abort();
  const { signal } = execution.cancellation;
  const applicationName = `gatebook/${execution.facts.id}/claim`;
  const target = execution.targets.get(name, {
    applicationName,
    timeoutMs: sessionMs,
    signal: opening.signal,
  });
  if (!target.ok) return unready(target.error);
  signal.addEventListener('abort', stop, { once: true });
  const session = await target.value.open();
  signal.removeEventListener('abort', stop);
  return session.ok ? session : failed(name, session.error);
}

/** A role with too small a `CONNECTION LIMIT` would fail in the midst of a backup. */
async function roomForSessions(name: string, role: string, session: Session): Promise<Result<null, Unready>> {
  const asked = await session.query(
    'SELECT rolconnlimit AS room FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) session_user',
  );
  if (!asked.ok) return failed(name, asked.error);
  const room = asked.value.rows[0]?.['room'];
  if (typeof room !== 'number' || room < 0 || room >= sessionsAtOnce) return ok(null);
  return unready({
    code: 'CONNECTION_LIMIT',
    message: `target ${name}: the role ${role} may have ${room} sessions, a run needs ${sessionsAtOnce} at once`,
    next: `ALTER ROLE ${quoteIdentifier(role)} CONNECTION LIMIT ${sessionsAtOnce}, or take another role`,
  });
}

async function take(name: string, session: Session): Promise<Result<null, Unready>> {
  // The server may end sessions that sit idle (`idle_session_timeout`, since version 14); this one has to.
  const idle = await session.query(
    `SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'idle_session_timeout'`,
  );
  if (!idle.ok) return failed(name, idle.error);
  const locked = await session.query(
    'SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int4, $2::pg_catalog.int4) AS locked',
    [...lockKey],
  );
  if (!locked.ok) return failed(name, locked.error);
  if (locked.value.rows[0]?.['locked'] === true) return ok(null);
  return err({
    code: 'CLAIMED',
    exit: 6,
    message: `target ${name} is claimed by another run, perhaps from another machine (advisory lock ${lockKey.join(', ')})`,
    next: "wait until it has ended; SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'gatebook/%' names it",
  });
}
