import type { Sha256 } from '../base/ids.js';
import type { Result } from '../base/result.js';
import type { Value } from '../base/value.js';
import type { Binding } from '../model/binding.js';
import type { ParamDeclaration } from '../model/runbook.js';
import type { ConnectionParts } from '../ports/postgres.js';
import type { Problem } from '../text/problem.js';
import type { ContainersHere } from './engine.js';
import type { Environment } from './outside.js';

/** What this machine, this state folder and this call bring to a binding. */
export interface Here {
  readonly environment: Environment;
  readonly parseConnection: (url: string) => Result<ConnectionParts, Problem>;
  readonly parseParam: (declaration: ParamDeclaration, text: string) => Result<Value, string>;
  readonly randomHex: (bytes: number) => string;
  readonly programs: Binding['programs'];
  readonly approvers: Binding['approvers'];
  readonly confirmations: Binding['attestations'];
  readonly project: string;
  /** Where programs are looked for. */
  readonly path: string;
  /** Variables that steer the runner itself, with their values. */
  readonly steering: readonly (readonly [string, string])[];
  /** A digest that only this state folder can make. */
  readonly seal: (text: string) => string;
  /** Of a file's content; null where it can't be read. */
  readonly sha256Of: (path: string) => Sha256 | null;
  readonly state: string;
  readonly requester: string;
  /** The operator's GNUPGHOME, or the default. */
  readonly keyring: string;
  readonly containers: ContainersHere;
  /** DOCKER_HOST, where it is set. */
  readonly dockerHost?: string;
}
