import type { Sha256 } from '../base/ids.js';

/** An approval as the run used it up. */
export interface AdmittedApproval {
  readonly slot: string;
  readonly principal: string;
  readonly requester: string;
  /** `SHA256:…`, as ssh-keygen prints it. */
  readonly key: string;
  /** UTC, ISO 8601. */
  readonly not_before: string;
  readonly expires: string;
  readonly nonce: string;
  /** Of the approval's file, a copy of which is in the bundle's approvals/. */
  readonly sha256: Sha256;
}

/** An approval that was given to a run which was refused for want of authorization. */
export interface OfferedApproval {
  readonly slot: string;
  readonly principal: string;
  readonly requester: string;
  /** UTC, ISO 8601. */
  readonly expires: string;
  /** Of its file, a copy of which is in the bundle's approvals/. */
  readonly sha256: Sha256;
  /** False where the run was refused before it was looked at. */
  readonly checked: boolean;
  /** What is wrong with it by itself; null where nothing is, or where it wasn't looked at. */
  readonly wrong: string | null;
}

/** A file that was given for an approval and can't be read as one. No copy of it is kept: it may be anything. */
export interface MalformedApproval {
  /** Its name, without the folder. */
  readonly file: string;
  readonly wrong: string;
}
