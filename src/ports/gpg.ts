import type { Fingerprint } from '../base/ids.js';
import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';
import type { ProgramSpec } from './process.js';

/** One key in a private GnuPG home (0700, no options file). */
export interface KeyHome {
  readonly home: string;
  readonly fingerprint: Fingerprint;
}

export interface KeyState {
  readonly present: boolean;
  readonly canEncrypt: boolean;
  /** Why it can't, in words that follow `key K is`; null where it can. */
  readonly cannotEncrypt: string | null;
  /** The secret half can be used here without asking a person. */
  readonly canDecrypt: boolean;
  readonly expired: boolean;
  readonly revoked: boolean;
  /** UTC, ISO 8601; null where it never expires. */
  readonly expiresAt: string | null;
}

/** What gpg said, on its status descriptor, of a message that it has decrypted. */
export const statusFd = 3;

/**
 * GnuPG with nothing of the person who runs: private homes, no options file, no prompt, no network.
 * Problems: KEY_UNSET (no 40 hex digits), KEY_NOT_IN_KEYRING, KEY_CANNOT_ENCRYPT, KEY_CANNOT_DECRYPT,
 * RECIPIENTS_DIFFER, PROGRAM_MISSING, GPG_FAILED, CANCELLED, TIMEOUT.
 */
export interface Gpg {
  /** Where a new home may stand: below `folder`, or in /tmp where a socket's path (107 bytes) would be too long. */
  readonly homePath: (folder: string, nonce: string) => string;
  /** Makes that empty folder; it must not exist. */
  readonly createHome: (path: string) => Promise<Result<null, Problem>>;
  /** Copies the public half of exactly this key out of the operator's keyring into `home`. */
  readonly importDeclared: (
    fingerprint: string,
    operatorHome: string,
    home: string,
    signal: AbortSignal,
  ) => Promise<Result<KeyHome, Problem>>;
  /** Copies the secret half too, where that works without a prompt. */
  readonly importSecret: (
    key: KeyHome,
    operatorHome: string,
    signal: AbortSignal,
  ) => Promise<Result<null, Problem>>;
  /** Adds a public key that is in another private home. */
  readonly addPublic: (from: KeyHome, home: string, signal: AbortSignal) => Promise<Result<null, Problem>>;
  /** A throwaway key of the run, without a passphrase: Ed25519 to certify, Curve25519 to encrypt. */
  readonly generate: (name: string, home: string, signal: AbortSignal) => Promise<Result<KeyHome, Problem>>;
  /** `operatorHome`: also tries whether its secret half is there and usable. */
  readonly inspect: (
    key: KeyHome,
    operatorHome: string | null,
    signal: AbortSignal,
  ) => Promise<Result<KeyState, Problem>>;
  /** stdin to stdout. */
  readonly encrypt: (home: string, recipients: readonly Fingerprint[]) => ProgramSpec;
  /** stdin to stdout; says on descriptor `statusFd` what the message was worth. */
  readonly decrypt: (home: string) => ProgramSpec;
  /**
   * Reads the recipients back from a message's first packets (RFC 4880, 5.1): each one a subkey of a declared
   * key, each declared key among them, nobody else, nobody hidden.
   */
  readonly checkRecipients: (
    head: Uint8Array,
    home: string,
    declared: readonly Fingerprint[],
    signal: AbortSignal,
  ) => Promise<Result<null, Problem>>;
  /** Ends the agents that serve this home and removes it; waits a moment until they are gone. */
  readonly removeHome: (home: string) => Promise<Result<string, Problem>>;
}

/** The message was decrypted to its end and its modification detection code is right. */
export function isIntact(status: string): boolean {
  const said = new Set(status.split('\n').map((line) => /^\[GNUPG:\] ([A-Z0-9_]+)/.exec(line)?.[1] ?? ''));
  const bad = ['BADMDC', 'DECRYPTION_FAILED', 'NODATA', 'ERROR'];
  return said.has('DECRYPTION_OKAY') && said.has('GOODMDC') && !bad.some((word) => said.has(word));
}
