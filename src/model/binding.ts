import type { Fingerprint, Sha256 } from '../base/ids.js';
import type { Mode } from './runbook.js';

export type SandboxEngine = 'local' | 'docker';

export interface BoundTarget {
  readonly via: 'url' | 'docker' | 'sandbox' | 'of';
  readonly production: boolean;
  readonly standIn: boolean;
  /** Host name, address or socket folder; absent where the run makes the server. */
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  /** How the connection is protected, where the URL says so; certificates by their content. */
  readonly ssl?: {
    readonly mode: string;
    readonly root_cert?: string;
    readonly root_cert_sha256?: Sha256;
    readonly client_cert?: string;
    readonly client_cert_sha256?: Sha256;
    readonly client_key?: string;
  };
  /** A server inside a container: which one the name meant, by its full id. */
  readonly container?: { readonly name: string; readonly id: string };
  /** A sandbox: what runs it, and of which image (its id). */
  readonly engine?: SandboxEngine;
  readonly image?: string;
  /** What each session must find; absent until a stand-in or sandbox exists. */
  readonly identity: {
    readonly database?: string;
    readonly system_identifier?: string;
    readonly differs_from?: string;
  };
}

/** `null`: its outside name is absent, and a gate is there to observe that. */
export type BoundKey = {
  readonly fingerprint: Fingerprint | null;
  readonly standIn: boolean;
  readonly home?: string;
};

/**
 * What the plan's names mean here and now, resolved but not yet touched. No secret is in it, and no value
 * from outside but those of targets and keys; others by sha256. Its digest is the binding digest.
 */
export interface Binding {
  readonly schema: 'gatebook/binding@1';
  readonly mode: Mode;
  readonly targets: Readonly<Record<string, BoundTarget>>;
  readonly keys: Readonly<Record<string, BoundKey>>;
  /** sha256 of each other non-secret outside value, by the name it has in the runbook (`params.x`). */
  readonly outside: Readonly<Record<string, Sha256>>;
  /**
   * Values that may not be shown even as a sha256, since they could be guessed from it: secrets, passwords, variables
   * that steer the runner. Each is a keyed digest whose key never leaves the state folder. A list: what scans for
   * secrets takes `"password": "…"` for one.
   */
  readonly sealed: readonly { readonly name: string; readonly digest: string }[];
  /** sha256 of each confirmation of a `manual` action that was given, by its command. */
  readonly attestations: Readonly<Record<string, Sha256>>;
  /** Where the runbook's paths begin, and where programs are looked for. */
  readonly project: string;
  readonly path: string;
  readonly programs: readonly { readonly name: string; readonly path: string; readonly sha256: Sha256 }[];
  /** What runs throwaway servers: Docker where it runs any of them. */
  readonly sandbox: { readonly engine: SandboxEngine } | null;
  /** The container engine's address; absent where nothing speaks to one. */
  readonly docker?: { readonly host: string };
  readonly state: string;
  readonly approvers: { readonly path: string; readonly sha256: Sha256 } | null;
  readonly requester: string;
}
