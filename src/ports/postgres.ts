import type { Readable } from 'node:stream';
import type { Result } from '../base/result.js';
import type { Value, ValueMap } from '../base/value.js';

/** How to reach one database, resolved once, handed to node-pg and libpq alike. */
export interface ConnectionParts {
  /** Host name, address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** libpq's sslmode and sslrootcert. */
  readonly ssl?: {
    readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
    readonly rootCert?: string;
  };
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
   * UNREACHABLE, IDENTITY_MISMATCH, IDENTITY_UNREADABLE, SUPERUSER_REFUSED, NOT_READ_ONLY, EMBARGOED, SQL_ERROR,
   * CANCELLED, TIMEOUT, CONNECTION_LOST, RESULT_TOO_LARGE, DUPLICATE_COLUMN.
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
  readonly query: (text: string, params?: readonly Value[]) => Promise<Result<Rows, PgProblem>>;
  /**
   * A text of any number of statements in the simple protocol, as one implicit transaction. Never for production.
   * Rows only where it is one statement.
   */
  readonly script: (text: string) => Promise<Result<Rows, PgProblem>>;
  /** COPY … TO STDOUT as a byte stream. */
  readonly copyOut: (text: string) => Readable;
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

/** Bounds on one result; what is over is RESULT_TOO_LARGE, never cut silently. */
export const resultLimits = { rows: 100_000, bytes: 64 * 1024 * 1024 } as const;

export interface Postgres {
  readonly open: (spec: SessionSpec) => Promise<Result<Session, PgProblem>>;
  /**
   * Ends every backend whose application_name begins with the prefix, and waits until none is left.
   * The result is how many there were.
   */
  readonly endSessions: (
    connection: ConnectionParts,
    applicationPrefix: string,
    timeoutMs: number,
  ) => Promise<Result<number, PgProblem>>;
}
