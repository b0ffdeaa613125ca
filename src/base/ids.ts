declare const brand: unique symbol;
export type Branded<T, B extends string> = T & { readonly [brand]: B };

/** `C-10`, `C-10a`, or one iteration of a loop: `C-10[S1]`. */
export type CommandId = Branded<string, 'CommandId'>;
/** `G-13`, `G-13a`, or one iteration of a loop: `G-13a[S1]`. */
export type GateId = Branded<string, 'GateId'>;
/** `20260516T233317Z-1a2b`: UTC start and four hex digits, unless given. Unique in a state folder, forever. */
export type RunId = Branded<string, 'RunId'>;
/** 64 lower-case hex digits. */
export type Sha256 = Branded<string, 'Sha256'>;
/** 40 upper-case hex digits of an OpenPGP v4 fingerprint (RFC 4880, 12.2). */
export type Fingerprint = Branded<string, 'Fingerprint'>;

const patterns = {
  command: /^C-[0-9]{2,3}[a-z]?(\[[A-Za-z0-9][A-Za-z0-9._-]{0,63}\])?$/,
  gate: /^G-[0-9]{2,3}[a-z]?(\[[A-Za-z0-9][A-Za-z0-9._-]{0,63}\])?$/,
  // PostgreSQL cuts application_name at 63 bytes, and a session is found by the run in it.
  run: /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
  sha256: /^[0-9a-f]{64}$/,
  fingerprint: /^[0-9A-F]{40}$/,
} as const;

export const isCommandId = (s: string): s is CommandId => patterns.command.test(s);
export const isGateId = (s: string): s is GateId => patterns.gate.test(s);
/** `G-13a` of `G-13a[S1]`: the id that its author wrote. */
export const baseOf = (id: string): string => id.replace(/\[.*$/, '');
export const isRunId = (s: string): s is RunId => patterns.run.test(s) && !s.includes('..');
export const isSha256 = (s: string): s is Sha256 => patterns.sha256.test(s);
export const isFingerprint = (s: string): s is Fingerprint => patterns.fingerprint.test(s);
