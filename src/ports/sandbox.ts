import type { Result } from '../base/result.js';
import type { ResourceHandle } from '../model/event.js';
import type { Problem } from '../text/problem.js';
import type { DockerHandle } from './docker.js';
import type { ConnectionParts } from './postgres.js';

/** A server of the programs that are installed here. */
export type LocalHandle = {
  readonly engine: 'local';
  /** The one folder that holds data, socket and log. */
  readonly folder: string;
  /** Also written in the folder: its proof that it is ours. */
  readonly nonce: string;
  /** The user it runs as; null where it is the runner's own. */
  readonly uid: number | null;
  /** The rest is null in an intent. Device and inode as digits: they may exceed 2^53. */
  readonly device: string | null;
  readonly inode: string | null;
  readonly pid: number | null;
  readonly bootId: string | null;
  /** Clock ticks since boot (proc(5), field 22 of stat). */
  readonly startTime: string | null;
};

/** A server that is a container. */
export type ContainerServerHandle = DockerHandle & { readonly engine: 'docker' };

/** What the ledger holds of a throwaway server: enough to destroy it without anything else. */
export type ServerHandle = LocalHandle | ContainerServerHandle;

/** A server that is to be a container. */
export interface ContainerPlan {
  readonly run: string;
  /** The exact name; one of its own where absent. */
  readonly name?: string;
  /** The image's id, `sha256:…`. */
  readonly image: string;
  /** A network's exact name, in which the server listens: it needs a password. Absent: it has no network at all. */
  readonly network?: string;
}

export interface DatabaseLocale {
  /** PostgreSQL's name: `UTF8`. */
  readonly encoding: string;
  readonly provider: 'libc' | 'icu' | 'builtin';
  readonly collate: string;
  readonly ctype: string;
  /** ICU or builtin locale. */
  readonly locale?: string;
}

export interface ServerSpec {
  /** As it was intended. Absent: the programs that are installed here. */
  readonly container?: ContainerPlan;
  readonly database: string;
  /** The major version that is asked for. */
  readonly major?: number;
  /** That of the server it is to be a copy of: never newer than this one, and alike unless `major` is given. */
  readonly source?: number;
  readonly locale?: DatabaseLocale;
  /** Given: every session must know it (SCRAM). Absent: the private socket is trusted. */
  readonly password?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** SQL run once by the superuser in the new database, each file in one psql with ON_ERROR_STOP. */
  readonly seed?: readonly { readonly name: string; readonly sql: string | Uint8Array }[];
  /** Whose sessions `connection` is for: a role of the seed, or the first that may only read everything. */
  readonly sessionsAs?: { readonly role: string } | 'reader' | 'superuser';
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Server {
  readonly handle: ServerHandle;
  /** As `sessionsAs`. */
  readonly connection: ConnectionParts;
  readonly superuser: ConnectionParts;
  readonly systemIdentifier: string;
  readonly version: { readonly text: string; readonly major: number; readonly minor: number };
  /**
   * Where the server sees it: one JSON object a line (csvlog before version 15), errors with `state_code` and
   * `statement`.
   */
  readonly errorLog: { readonly path: string; readonly format: 'json' | 'csv' };
  /** What keeps it apart: `own-user,own-network`. For the record. */
  readonly isolation: string;
}

export interface StartProblem extends Problem {
  /** What proves that nothing half made is left; null where something may be. */
  readonly gone: string | null;
}

/**
 * Throwaway PostgreSQL servers on a private Unix socket, of programs that are installed here or in a container.
 * Problems: ENGINE_MISSING, ENGINE_VERSION, LOCALE_MISSING, SANDBOX_FAILED, SEED_FAILED, NO_READER, NOT_OURS,
 * STILL_THERE, DESTROY_FAILED, BAD_HANDLE, and those of `Processes`, `Docker` and `Bridges`.
 */
export interface Sandboxes {
  /** Names what `start` will make, for the ledger, before it is made. */
  readonly intend: {
    (): LocalHandle;
    (container: ContainerPlan | undefined): ServerHandle;
  };
  /** What is half made when it fails is destroyed. */
  readonly start: (intent: ServerHandle, spec: ServerSpec) => Promise<Result<Server, StartProblem>>;
  /** From the handle alone, as often as wanted. The value says in words what proves it gone. */
  readonly destroy: (handle: ResourceHandle) => Promise<Result<string, Problem>>;
}
