import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';
import type { CallLimits, DockerHandle } from './docker.js';

/** A PostgreSQL server inside a container, as its own Unix socket. */
export interface ServerPlace {
  /** Only `host`, `name` and the full `id` count: it need not be ours. */
  readonly container: DockerHandle;
  /** Folders inside in which `.s.PGSQL.5432` is looked for, in this order. */
  readonly sockets: readonly [string, ...string[]];
  /** Who asks, as the container knows users; its own where absent. */
  readonly user?: string;
}

export interface Bridge {
  /** Here, private: node-pg, psql and pg_dump take it for the server's own socket folder. */
  readonly folder: string;
  /** What speaks to the socket inside: perl, python3 or socat. For the record. */
  readonly relay: string;
  /** The socket inside that it leads to. */
  readonly socket: string;
  /** Ends every connection through it. */
  readonly close: () => Promise<void>;
}

/**
 * Private sockets here that lead to sockets inside containers, through the engine: no port, no network. Each
 * connection is one program of the container, and ends with its client. Nothing inside is stopped or killed.
 *
 * Problems: those of the engine, BRIDGE_FAILED, SOCKET_MISSING (no server listens inside), RELAY_MISSING (the
 * image has nothing that could speak to it).
 */
export interface Bridges {
  readonly open: (place: ServerPlace, limits: CallLimits) => Promise<Result<Bridge, Problem>>;
  /** All that were opened. */
  readonly closeAll: () => Promise<void>;
}
