import type { Readable } from 'node:stream';
import type { Sha256 } from '../base/ids.js';
import type { Result } from '../base/result.js';
import type { ResourceHandle } from '../model/event.js';
import type { Problem } from '../text/problem.js';
import type { Completed, ProgramSpec } from './process.js';

/** Where an engine is listened to where nothing else is said. */
export const localEngine = 'unix:///var/run/docker.sock';
/** A local engine's socket; others have mounts and clocks that are not this machine's. */
export const isEngineAddress = (host: string): boolean => /^unix:\/\/\/[\w./@+-]{1,100}$/.test(host);

/**
 * What the ledger holds of a network, volume or container: enough to find it, to know it for ours and to destroy
 * it, with nothing else at hand. The nonce stands in the label `gatebook.nonce`, the run in `gatebook.run`.
 */
export type DockerHandle = {
  readonly type: 'network' | 'volume' | 'container';
  /** The engine's socket, `unix:///…`. */
  readonly host: string;
  /** The exact name. */
  readonly name: string;
  readonly run: string;
  readonly nonce: string;
  /** The full id; null in an intent. A volume has no id but its name. */
  readonly id: string | null;
  /** Anonymous volumes that the engine made for a container, by their full names, with commas between. */
  readonly volumes: string | null;
};

/** How the proof begins to say that somebody else had removed it. */
export const alreadyGone = 'was already gone';

/** Docker's own rule, and no longer than what anything else takes. */
export const isDockerName = (name: string): boolean => /^[A-Za-z0-9][\w.-]{1,127}$/.test(name);

/** Back from the ledger, also from a dead run's journal; null where the handle is of something else. */
export function dockerHandleFrom(handle: ResourceHandle): DockerHandle | null {
  const { type, host, name, run, nonce, id, volumes } = handle;
  if (type !== 'network' && type !== 'volume' && type !== 'container') return null;
  if (typeof host !== 'string' || !isEngineAddress(host)) return null;
  if (typeof name !== 'string' || !isDockerName(name)) return null;
  if (typeof run !== 'string' || typeof nonce !== 'string' || !/^[0-9a-f]{32}$/.test(nonce)) return null;
  return {
    ...{ type, host, name, run, nonce },
    id: typeof id === 'string' ? id : null,
    volumes: typeof volumes === 'string' ? volumes : null,
  };
}

export interface EngineFacts {
  readonly version: string;
  readonly apiVersion: string;
}

export interface ImageFacts {
  /** `sha256:…` */
  readonly id: string;
  /** `name@sha256:…`, where it came from a registry. */
  readonly digests: readonly string[];
}

/** A container as `docker inspect` shows it; lists are sorted, texts are the engine's own, byte for byte. */
export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  /** When it was last started: `2026-01-01T00:00:00.123456789Z`. */
  readonly startedAt: string;
  /** created, running, paused, restarting, removing, exited, dead */
  readonly status: string;
  readonly running: boolean;
  readonly exitCode: number;
  /** Of the image, `sha256:…`. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Published ones: `5432/tcp` and where it is reached from outside. */
  readonly ports: readonly { readonly port: string; readonly hostIp: string; readonly hostPort: string }[];
  readonly mounts: readonly {
    /** bind, volume, tmpfs */
    readonly type: string;
    /** The folder outside, or the volume's name. */
    readonly from: string;
    readonly to: string;
    readonly readOnly: boolean;
  }[];
  readonly networks: readonly {
    readonly name: string;
    /** The container's address there; empty where it has none. */
    readonly address: string;
  }[];
  readonly privileged: boolean;
  readonly restartCount: number;
}

export interface ContainerSpec {
  /** By content: `sha256:…`, or `name@sha256:…`. Never pulled. */
  readonly image: string;
  /** Id or name of a network, or `none`. */
  readonly network: string;
  /** Instead of what the image would start; its first item is the program. */
  readonly argv?: readonly string[];
  /** Handed over through the client's environment, never in an argv. `docker inspect` shows it all the same. */
  readonly env?: Readonly<Record<string, string>>;
  /** `name`, `uid` or `uid:gid`, as the image knows them. */
  readonly user?: string;
  /** Where `argv` begins; absolute. */
  readonly cwd?: string;
  readonly mounts?: readonly {
    readonly type: 'bind' | 'volume' | 'tmpfs';
    /** An absolute path, or a volume's name; absent for a tmpfs. */
    readonly from?: string;
    readonly to: string;
    readonly readOnly: boolean;
  }[];
  /** Nothing is published that isn't here. */
  readonly publish?: readonly {
    readonly port: number;
    readonly protocol: 'tcp' | 'udp';
    readonly hostIp: string;
    /** 0: the engine chooses. */
    readonly hostPort: number;
  }[];
  /** Size of /dev/shm; the engine's default (64 MiB) where absent. */
  readonly shmBytes?: number;
}

/** A program inside a running container. */
export interface ExecSpec {
  readonly argv: readonly [string, ...string[]];
  /** Beside the container's own; through the client's environment, never in an argv. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute; the container's own where absent. */
  readonly cwd?: string;
  readonly user?: string;
}

/** For one call; what a single question to the engine may take is bounded beside it. */
export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * A Docker engine, spoken to through the `docker` program without a shell and without anybody's configuration.
 * Nothing is pulled, nothing is removed but by exact id, with our label on it.
 *
 * Making a thing takes the same steps as elsewhere: `intend` (in the ledger), `create…` (its handle in the ledger),
 * then `start`.
 *
 * Problems: PROGRAM_MISSING (no docker program), ENGINE_DOWN (it doesn't answer), ENGINE_ADDRESS, DOCKER_FAILED (it
 * refused; its words), RESOURCE_EXISTS (the name is taken, and what bears it is left alone), NOT_OURS, IMAGE_MISSING,
 * CONTAINER_GONE, CONTAINER_STOPPED, CONTAINER_FAILED, ENV_REFUSED, FILE_EXISTS, FILE_ABSENT, STILL_THERE,
 * BAD_HANDLE, TIMEOUT, CANCELLED.
 */
export interface Docker {
  /** The engine that this run speaks to: `unix:///…`. */
  readonly host: string;
  /** Whether an engine answers, and which. */
  readonly engine: (limits: CallLimits) => Promise<Result<EngineFacts, Problem>>;
  /** Null where the engine doesn't hold it. */
  readonly image: (reference: string, limits: CallLimits) => Promise<Result<ImageFacts | null, Problem>>;
  /** By exact name or full id; null where there is none. */
  readonly container: (
    nameOrId: string,
    limits: CallLimits,
  ) => Promise<Result<ContainerFacts | null, Problem>>;
  /** Running or not, sorted by name. A name is exact; a label is `key` or `key=value`. */
  readonly containers: (
    filter: { readonly name: string } | { readonly label: string },
    limits: CallLimits,
  ) => Promise<Result<readonly ContainerFacts[], Problem>>;

  /** Names what a `create…` will make, for the ledger, before it is made. */
  readonly intend: (type: DockerHandle['type'], name: string, run: string) => DockerHandle;
  /** `internal`: no way out of it. */
  readonly createNetwork: (
    intent: DockerHandle,
    spec: { readonly internal: boolean },
    limits: CallLimits,
  ) => Promise<Result<DockerHandle, Problem>>;
  readonly createVolume: (intent: DockerHandle, limits: CallLimits) => Promise<Result<DockerHandle, Problem>>;
  /** Made, not started: never privileged, never restarted, no new privileges, nothing pulled. */
  readonly createContainer: (
    intent: DockerHandle,
    spec: ContainerSpec,
    limits: CallLimits,
  ) => Promise<Result<DockerHandle, Problem>>;
  readonly start: (container: DockerHandle, limits: CallLimits) => Promise<Result<ContainerFacts, Problem>>;

  /**
   * Runs a program inside to its end. When the time is up or the signal fires, what it started is ended there too
   * (TERM, KILL after 2 s) and proved gone; where that can't be proved the whole container is killed.
   */
  readonly exec: (
    container: DockerHandle,
    spec: ExecSpec & {
      readonly stdin?: string | Uint8Array;
      readonly logs?: { readonly stdout: string; readonly stderr: string };
      readonly captureBytes?: number;
    },
    limits: CallLimits,
  ) => Promise<Result<Completed, Problem>>;
  /** The same as a program of a pipeline or a daemon: its end here doesn't end it inside, `endExec` does. */
  readonly program: (
    container: DockerHandle,
    spec: ExecSpec,
  ) => Result<{ readonly program: ProgramSpec; readonly mark: string }, Problem>;
  /** Ends what `program` started inside, by its mark (and `user`, where it named one); how many were ended. */
  readonly endExec: (
    container: DockerHandle,
    mark: string,
    user?: string,
  ) => Promise<Result<number, Problem>>;

  /** Puts a new file into the container, owned by root; nothing is written over. The digest is of what arrived. */
  readonly copyIn: (
    container: DockerHandle,
    file: {
      readonly path: string;
      readonly content: Uint8Array | Readable;
      readonly sizeBytes: number;
      readonly mode: number;
    },
    limits: CallLimits,
  ) => Promise<Result<{ readonly sha256: Sha256; readonly sizeBytes: number }, Problem>>;
  /** A regular file's digest inside, read without any program of the container; null where nothing is there. */
  readonly fileIn: (
    container: DockerHandle,
    path: string,
    limits: CallLimits,
  ) => Promise<Result<{ readonly sha256: Sha256; readonly sizeBytes: number } | null, Problem>>;
  /** The last lines that the container's own program wrote, both streams. */
  readonly lastLines: (
    container: DockerHandle,
    lines: number,
    limits: CallLimits,
  ) => Promise<Result<string, Problem>>;

  /** From the handle alone, as often as wanted. The value says in words what proves it gone. */
  readonly destroy: (handle: ResourceHandle) => Promise<Result<string, Problem>>;
}
