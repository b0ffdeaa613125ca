import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parseConnection } from '../../adapters/postgres/url.js';
import { fixedPath } from '../../adapters/process/find.js';
import { sha256Of } from '../../base/sha256.js';
import type { Sha256 } from '../../base/ids.js';
import type { ContainersHere, Environment, Here } from '../../bind/index.js';
import type { LoadedRunbook } from '../../document/index.js';
import type { Binding } from '../../model/binding.js';
import { parseParam } from '../../plan/index.js';
import type { StateFolder } from '../../ports/state.js';
import type { Approvers } from '../authorizing/approvers.js';
import { operatorEngine, operatorKeyring, steeringVariables } from './environment.js';
import type { NeededPrograms } from './programs.js';

/** More than any chain of certificates has. */
const maxFileBytes = 4 * 1024 * 1024;

/** What the names of a plan can mean on this machine: the same for `request` and for `run`. */
export function hereOf(options: {
  readonly loaded: LoadedRunbook;
  readonly environment: Environment;
  readonly programs: NeededPrograms;
  readonly state: StateFolder;
  readonly approvers: Approvers | null;
  readonly confirmations: Binding['attestations'];
  readonly containers: ContainersHere;
  readonly requester: string;
}): Here {
  const { loaded, environment, programs, state, approvers, confirmations, requester } = options;
  return {
    environment,
    parseConnection,
    parseParam,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    programs: programs.found,
    approvers: approvers && { path: approvers.path, sha256: approvers.sha256 },
    confirmations,
    project: loaded.project.root,
    path: fixedPath,
    steering: steeringVariables(),
    seal: state.seal,
    sha256Of: sha256OfFile,
    state: state.id,
    requester,
    keyring: operatorKeyring(),
    containers: options.containers,
    ...operatorEngine(),
  };
}

function sha256OfFile(path: string): Sha256 | null {
  try {
    const facts = statSync(path);
    // A FIFO would hold the reader for ever.
    if (!facts.isFile() || facts.size > maxFileBytes) return null;
    return sha256Of(readFileSync(path));
  } catch {
    return null;
  }
}
