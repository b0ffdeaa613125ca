import type { Result } from '../base/result.js';
import type { Problem } from '../text/problem.js';

/** OpenSSH's signatures of files (ssh-keygen(1), `-Y`), without an agent and without anybody's configuration. */
export interface Ssh {
  /**
   * Signs with the private key in this file; where it has a passphrase ssh-keygen asks for it at the terminal.
   * Gives the armored signature. Problems: PROGRAM_MISSING, KEY_UNUSABLE, KEY_UNPROTECTED.
   */
  readonly sign: (keyFile: string, namespace: string, text: string) => Promise<Result<string, Problem>>;
  /**
   * Whether this signature of this text is good for one person with one key at one instant. Problems:
   * PROGRAM_MISSING, SIGNATURE_REFUSED, whose message is what ssh-keygen says.
   */
  readonly verify: (question: {
    /** One line of an allowed_signers file. */
    readonly line: string;
    readonly principal: string;
    readonly namespace: string;
    readonly text: string;
    readonly signature: string;
    /** UTC, ISO 8601: when `valid-after` and `valid-before` have to hold. */
    readonly at: string;
  }) => Promise<Result<null, Problem>>;
}
