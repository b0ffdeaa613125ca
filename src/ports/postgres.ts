import type { Result } from '../base/result.js';
import type { Value, ValueMap } from '../base/value.js';

/** How to reach one database, resolved once, handed to node-pg and libpq alike. */
export interface ConnectionParts {
  /** Host name, address, or the folder of a Unix socket. */
  readonly host: string;
  /** Which of the host's addresses it is, once one of them has answered: the name alone could mean two servers. */
  readonly address?: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** libpq's sslmode, sslrootcert, sslcert and sslkey; `prefer` where it is absent. */
  readonly ssl?: {
    readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
    readonly rootCert?: string;
    readonly client?: { readonly cert: string; readonly key: string };
  };
}

/** What a connection came to: where it leads, and whether it is encrypted. */
export interface Reached {
  /** Null for a Unix socket. */
  readonly address: string | null;
  readonly encrypted: boolean;
}

/**
 * The same connection, to exactly what was reached: one of several addresses of a name, and of `prefer` what the server
 * gave. Whoever goes there next, node-pg or libpq, finds the same server behind the same protection.
 */
export function asReached(connection: ConnectionParts, { address, encrypted }: Reached): ConnectionParts {
  if (address === null) return connection;
  const { ssl = { mode: 'prefer' } } = connection;
  const mode = ssl.mode === 'prefer' ? (encrypted ? 'require' : 'disable') : ssl.mode;
  return { ...connection, address, ssl: { ...ssl, mode } };
}

/** What a session must find before its first statement runs; compared as strings. */
export interface ExpectedIdentity {
  readonly database?: string;
  readonly systemIdentifier?: string;
  /** Must not be this cluster (a copy that must not be production). */
  readonly notSystemIdentifier?: string;
}

export interface PgProblem {
  /**
   * UNREACHABLE, TLS_FAILED, POOLED_CONNECTION, IDENTITY_MISMATCH, IDENTITY_UNREADABLE, SUPERUSER_REFUSED,
   * NOT_READ_ONLY, EMBARGOED, SQL_ERROR, CANCELLED, TIMEOUT, CONNECTION_LOST, RESULT_TOO_LARGE, DUPLICATE_COLUMN.
   */
  readonly code: string;
  readonly message: string;
  readonly sqlstate?: string;
  readonly next?: string;
}

export interface Rows {
  /** int, bool, float8, null, json and arrays as such (int8 exact), all else as PostgreSQL's text. */
  readonly rows: readonly ValueMap[];
  readonly rowCount: number;
  readonly command: string;
}

/** A session whose identity has been asserted. Extended protocol, one statement a call. */
export interface Session {
  readonly backendPid: number;
  readonly reached: Reached;
  /** Resolves when the server or the network ends the session; never where we close it. */
  readonly ended: Promise<PgProblem>;
  readonly query: (text: string, params?: readonly Value[]) => Promise<Result<Rows, PgProblem>>;
  /**
   * A text of any number of statements in the simple protocol, as one implicit transaction. Never for production.
   * Rows only where it is one statement.
   */
  readonly script: (text: string) => Promise<Result<Rows, PgProblem>>;
  /** Has the server cancel what is being asked, which fails then; nothing where nothing is. */
  readonly cancel: () => void;
  readonly close: () => Promise<void>;
}

export interface SessionSpec {
  readonly connection: ConnectionParts;
  readonly expected: ExpectedIdentity;
  /** `gatebook/RUN/C-02`: how recovery finds it on the server. */
  readonly applicationName: string;
  readonly readOnly: boolean;
  /** Production: refuse a role that is superuser, may run programs or may write server files. */
  readonly refuseSuperuser: boolean;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** Further settings of the session, set with `set_config` after the identity was asserted. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What a server is asked to do for a TCP connection of ours, so that it soon notices a client that is gone. */
export const serverKeepAlive = {
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
} as const;

/** Bounds on one result; what is over is RESULT_TOO_LARGE, never cut silently. */
export const resultLimits = { rows: 100_000, bytes: 64 * 1024 * 1024 } as const;

/** Which backends are to end. */
export interface EndSpec {
  readonly connection: ConnectionParts;
  /** Which cluster they were on; that none is on another proves nothing. */
  readonly systemIdentifier?: string;
  readonly applicationPrefix: string;
  /** This role's `own`, or `all`: refused where one is of a role that this one may not end. */
  readonly whose: 'own' | 'all';
  readonly timeoutMs: number;
}

export interface Postgres {
  readonly open: (spec: SessionSpec) => Promise<Result<Session, PgProblem>>;
  /**
   * Ends every backend whose application_name begins with the prefix, and waits until none is left.
   * The result is how many there were.
   */
  readonly endSessions: (spec: EndSpec) => Promise<Result<number, PgProblem>>;
}
