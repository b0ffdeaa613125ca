import type { Static, TSchema } from '@sinclair/typebox';
import type { Result } from '../base/result.js';
import type { Fingerprint, RunId, Sha256 } from '../base/ids.js';
import type { Value, ValueMap } from '../base/value.js';
import type { Clock } from '../base/clock.js';
import type { ResourceHandle, ResourceType } from '../model/event.js';
import type { SandboxEngine } from '../model/binding.js';
import type { Mode, TargetDeclaration } from '../model/runbook.js';
import type { ConnectionParts, PgProblem, Postgres, Session } from '../ports/postgres.js';
import type { Files } from '../ports/files.js';
import type { Gpg } from '../ports/gpg.js';
import type { Docker } from '../ports/docker.js';
import type { Processes } from '../ports/process.js';
import type { Sandboxes } from '../ports/sandbox.js';
import type { DisableLevel } from '../ports/state.js';
import type { Problem } from '../text/problem.js';

/** Why a probe or action could not be carried out. `code`, `sqlstate` and `exitCode` are what `expect_error` compares. */
export interface KindProblem {
  readonly code: string;
  readonly message: string;
  readonly sqlstate?: string;
  readonly exitCode?: number;
  readonly next?: string;
  /** The target whose session was refused, where it was one. */
  readonly target?: string;
  /** Known to have changed nothing: it was never begun, or its server said that it was rolled back. */
  readonly unchanged?: true;
}

/** A declared target as this run can use it. */
export interface LiveTarget {
  readonly name: string;
  readonly declaration: TargetDeclaration;
  readonly standIn: boolean;
  /** What runs a throwaway server, or how a server in a container is reached; null of one reached by url. */
  readonly engine: SandboxEngine | null;
  readonly connection: ConnectionParts;
  readonly systemIdentifier?: string;
  /** Opens a session: identity asserted first, read-only unless the target is writable, embargo respected. */
  readonly open: (purpose?: {
    readonly settings?: Readonly<Record<string, string>>;
    /** To change what the target holds; without it a session on production is read-only even where it is writable. */
    readonly write?: boolean;
    /** Waits for a lock as long as the statement may take: for one that keeps nobody waiting meanwhile. */
    readonly patient?: boolean;
  }) => Promise<Result<Session, PgProblem>>;
}

/** A declared key: a private GnuPG home that holds it and nothing else, or the fact that there is none. */
export type LiveKey = {
  readonly name: string;
  readonly standIn: boolean;
  /** Whose keyring it came from: where the secret half is fetched when a restore needs it, or null. */
  readonly operatorHome: string | null;
} & (
  | {
      readonly fingerprint: Fingerprint;
      /** Folder for `--homedir`. */
      readonly home: string;
    }
  | {
      readonly fingerprint: string | null;
      /** Unset, or not in the operator's keyring. */
      readonly home: null;
      /** Why there is none, where it was looked for. */
      readonly problem?: Problem;
    }
);

/** What the run is, for kinds and expressions alike. */
export interface RunFacts {
  readonly id: RunId;
  readonly mode: Mode;
  readonly date: string;
  readonly startedAt: string;
  readonly startedMonotonicMs: number;
  /** The folder of the run's evidence. */
  readonly bundle: string;
  /** Private, 0700, gone after teardown. */
  readonly work: string;
  readonly logs: string;
  /** Where dumps go; created at first use, 0700. */
  readonly artifacts: string;
  /** What `keep` fills. */
  readonly kept: string;
  readonly project: string;
  /** The runner's own program. */
  readonly gatebook: string;
}

/** What the runbook declares as `protected`, its expressions evaluated. */
export interface ProtectedNames {
  /** As declared, and which one is looked at: a rehearsal has stand-ins of its own. */
  readonly containers: readonly { readonly name: string; readonly at: string }[];
  /** Names of targets. */
  readonly clusters: readonly string[];
  readonly files: readonly { readonly path: string; readonly at: string }[];
}

/** What a probe may use. It changes nothing. */
export interface ProbeContext {
  readonly run: RunFacts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** `C-02` or `G-03`: names logs and server sessions. */
  readonly label: string;
  readonly processes: Processes;
  readonly files: Files;
  readonly gpg: Gpg;
  readonly postgres: Postgres;
  readonly docker: Docker;
  /** Fails with TARGET_NOT_STARTED for a sandbox that no action has started, or EMBARGOED. */
  readonly target: (name: string) => Result<LiveTarget, KindProblem>;
  readonly key: (name: string) => Result<LiveKey, KindProblem>;
  /** Whether an outside name is set; never its value. */
  readonly isSet: (name: string) => boolean;
  /** Hides every secret's value, in every encoding known. */
  readonly redact: (text: string) => string;
  /** Finds secrets in a file's bytes: `leak_scan` and the seal. */
  readonly scan: (paths: readonly string[]) => Promise<Result<ScanResult, KindProblem>>;
  readonly ledger: LedgerView;
  readonly protectedNames: () => Result<ProtectedNames, KindProblem>;
  /** A script as the plan pinned it. */
  readonly pinned: (path: string) => { readonly sha256: Sha256; readonly content: Uint8Array } | undefined;
  /** The disable levels of the run's state folder, as they are now. */
  readonly disableLevels: () => Promise<Result<readonly DisableLevel[], Problem>>;
}

export interface ScanResult {
  readonly hits: readonly { readonly file: string; readonly line: number; readonly kind: string }[];
  readonly filesScanned: number;
}

export interface LedgerEntry {
  readonly resource: string;
  readonly kind: ResourceType;
  readonly name: string;
  readonly durability: 'ephemeral' | 'kept';
  readonly state: 'intended' | 'created' | 'destroyed' | 'kept' | 'leaked';
  readonly handle: ResourceHandle;
}
export interface LedgerView {
  readonly entries: () => readonly LedgerEntry[];
}

/** What a sandbox target's declaration asks for, its expressions evaluated. */
export interface SandboxRequest {
  /** As it is bound: what `auto` came to. */
  readonly engine: SandboxEngine;
  /** The image's id. */
  readonly image?: string;
  /** The container's exact name, and a network of this run's. */
  readonly container?: string;
  readonly network?: string;
  readonly database?: string;
  /** `15` or `15.18`: the major version counts. */
  readonly version?: string;
  readonly password?: string;
  /** The target that it must differ from and otherwise resemble. */
  readonly like?: string;
}

/** Writes ahead: the intent is on disk before the thing exists. */
export interface Ledger extends LedgerView {
  readonly intend: (entry: {
    readonly kind: ResourceType;
    readonly name: string;
    readonly durability: 'ephemeral' | 'kept';
    readonly handle: ResourceHandle;
  }) => Promise<string>;
  readonly created: (resource: string, handle: ResourceHandle) => Promise<void>;
  readonly kept: (resource: string, handle: ResourceHandle) => Promise<void>;
  readonly destroyed: (resource: string, proof: string) => Promise<void>;
}

export interface Progress {
  readonly bytes?: number;
  readonly bytesPerSecond?: number;
  readonly words?: string;
}

export interface ActionContext extends ProbeContext {
  /** The `as` name: what the created resource is called. */
  readonly as: string | undefined;
  /** What becomes of an artifact: `ephemeral` in a rehearsal, or where a `destroy` names it. */
  readonly artifactDurability: () => 'ephemeral' | 'kept';
  readonly sandboxes: Sandboxes;
  readonly sandboxRequest: (target: string) => Result<SandboxRequest, KindProblem>;
  readonly ledger: Ledger;
  readonly progress: (progress: Progress) => void;
  /** Makes a target usable (`postgres.sandbox`). */
  readonly provide: (
    name: string,
    target: { readonly connection: ConnectionParts; readonly systemIdentifier: string },
  ) => void;
  /** Destroys a ledger entry by its handle and proves it gone. */
  readonly destroy: (entry: LedgerEntry) => Promise<Result<string, KindProblem>>;
  /** Registers a generated secret so that it is redacted from here on. */
  readonly addSecret: (name: string, value: string) => void;
  /**
   * Asks a person; fails without a terminal. Gives the words of who attested it beforehand, or null where the word
   * was typed.
   */
  readonly confirm: (instructions: string, word: string) => Promise<Result<string | null, KindProblem>>;
}

export interface ActionResult {
  readonly outputs: ValueMap;
  /** One line for the report: `979 MB, 118 MB/s`. */
  readonly words?: string;
}

/** `Args` is the static type of the kind's own schema: what comes here was checked against it. */
export type ProbeExecutor<Args> = (args: Args, context: ProbeContext) => Promise<Result<Value, KindProblem>>;
export type ActionExecutor<Args> = (
  args: Args,
  context: ActionContext,
) => Promise<Result<ActionResult, KindProblem>>;

/** Each kind with what loads its executor; one that takes the arguments of another kind has no place in it. */
export type ProbeExecutors<Schemas extends Readonly<Record<string, TSchema>>> = {
  readonly [Kind in keyof Schemas]: () => Promise<{ readonly execute: ProbeExecutor<Static<Schemas[Kind]>> }>;
};
export type ActionExecutors<Schemas extends Readonly<Record<string, TSchema>>> = {
  readonly [Kind in keyof Schemas]: () => Promise<{
    readonly execute: ActionExecutor<Static<Schemas[Kind]>>;
  }>;
};
