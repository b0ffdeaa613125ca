import type { Fingerprint, Sha256 } from '../base/ids.js';
import type { Mode } from './runbook.js';

export interface BoundTarget {
  readonly via: 'url' | 'sandbox' | 'of';
  readonly production: boolean;
  readonly standIn: boolean;
  /** Host name, address or socket folder; absent where the run makes the server. */
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
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
  readonly programs: readonly { readonly name: string; readonly path: string; readonly sha256: Sha256 }[];
  readonly sandbox: { readonly engine: 'local' } | null;
  readonly state: string;
  readonly approvers: { readonly path: string; readonly sha256: Sha256 } | null;
  readonly requester: string;
}
