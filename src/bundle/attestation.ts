import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { Report } from '../report/index.js';
import type { Problem } from '../text/problem.js';
import type { ManifestEntry } from './manifest.js';
import { manifestName } from './manifest.js';

/** https://in-toto.io/Statement/v1, carried in a DSSE envelope (https://github.com/secure-systems-lab/dsse). */
const payloadType = 'application/vnd.in-toto+json';
const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'urn:gatebook:run:v1';

/** The public half of a sealing key, in OpenSSH's form so that an allowed_signers file can name it. */
export interface PublicKey {
  readonly sshKey: string;
  readonly fingerprint: string;
}
export interface SealingKey {
  readonly signer: PublicKey;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

/** Reads an Ed25519 private key: PEM, PKCS #8 (RFC 8410). */
export function sealingKey(pem: string): Result<SealingKey, Problem> {
  const wrong = (message: string): Result<never, Problem> =>
    err({
      code: 'SEALING_KEY_UNUSABLE',
      message,
      next: 'openssl genpkey -algorithm ed25519 -out seal.pem   makes one',
    });
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    return wrong('the sealing key is not a private key in PEM (PKCS #8) without a passphrase');
  }
  if (key.asymmetricKeyType !== 'ed25519')
    return wrong(`the sealing key is ${key.asymmetricKeyType ?? 'of no known type'}, not ed25519`);
  return ok({ signer: signerOf(createPublicKey(key)), sign: (bytes) => sign(null, bytes, key) });
}

/** RFC 8709: an ssh-ed25519 public key is two length-prefixed strings, its name and its 32 bytes. */
function signerOf(key: KeyObject): PublicKey {
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  const prefixed = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([prefixed(Buffer.from('ssh-ed25519')), prefixed(raw)]);
  const fingerprint = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { sshKey: `ssh-ed25519 ${blob.toString('base64')}`, fingerprint: `SHA256:${fingerprint}` };
}

/** The SubjectPublicKeyInfo of an Ed25519 key before its 32 bytes (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
function publicKeyOf(sshKey: string): KeyObject | null {
  const blob = Buffer.from(sshKey.split(' ')[1] ?? '', 'base64');
  if (blob.length !== 51) return null;
  try {
    const key = createPublicKey({
      key: Buffer.concat([spkiPrefix, blob.subarray(-32)]),
      format: 'der',
      type: 'spki',
    });
    return signerOf(key).sshKey === sshKey ? key : null;
  } catch {
    return null;
  }
}

/** Everything that an attestation says, but for the signature: a function of the sealed files. */
export interface Sealed {
  readonly manifest: readonly ManifestEntry[];
  readonly manifestSha256: string;
  readonly report: Report;
}

function statementBytes({ manifest, manifestSha256, report }: Sealed, signer: PublicKey | null): Buffer {
  const subjects = [...manifest, { path: manifestName, sha256: manifestSha256 }];
  const { run, evidence, verdict, exit_code } = report;
  const predicate = {
    authenticity: signer === null ? 'unsigned: no key was configured' : 'signed by the key below',
    signer: signer === null ? null : { key: signer.sshKey, fingerprint: signer.fingerprint },
    run: run.id,
    runbook: run.runbook,
    mode: run.mode,
    plan_digest: run.plan_digest,
    binding_digest: run.binding_digest,
    verdict,
    exit_code,
    journal: { head: evidence.journal_head, records: evidence.journal_records },
  };
  const subject = subjects.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }));
  return Buffer.from(JSON.stringify({ _type: statementType, subject, predicateType, predicate }));
}

/** DSSE's pre-authentication encoding: type and payload can't be confused with each other. */
const preAuthentication = (payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);

function printEnvelope(
  payload: Buffer,
  signatures: readonly { readonly keyid: string; readonly sig: string }[],
): string {
  return `${JSON.stringify({ payloadType, payload: payload.toString('base64'), signatures }, null, 2)}\n`;
}

export function printAttestation(sealed: Sealed, key: SealingKey | null): string {
  const payload = statementBytes(sealed, key?.signer ?? null);
  if (key === null) return printEnvelope(payload, []);
  const sig = Buffer.from(key.sign(preAuthentication(payload))).toString('base64');
  return printEnvelope(payload, [{ keyid: key.signer.fingerprint, sig }]);
}

export interface CheckedAttestation {
  /** Null: consistent with the files, and unsigned. */
  readonly signer: PublicKey | null;
}

/** Compares an attestation byte for byte with the one that these files must have, and checks its signature. */
export function checkAttestation(text: string, sealed: Sealed): Result<CheckedAttestation, string> {
  const found = readEnvelope(text);
  if (found === null) return err('it is not an envelope that gatebook writes');
  const { sshKey, signature } = found;
  const key = sshKey === null ? null : publicKeyOf(sshKey);
  if ((sshKey !== null && key === null) || (sshKey === null) !== (signature === null)) {
    return err('its signer and its signature do not belong together');
  }
  const signer = key === null ? null : signerOf(key);
  const payload = statementBytes(sealed, signer);
  const signatures =
    signer === null || signature === null
      ? []
      : [{ keyid: signer.fingerprint, sig: signature.toString('base64') }];
  if (text !== printEnvelope(payload, signatures))
    return err('it does not say what these files and this journal are');
  if (key !== null && signature !== null && !verify(null, preAuthentication(payload), key, signature)) {
    return err('its signature does not hold');
  }
  return ok({ signer });
}

/**
 * What an attestation says of the files, unchecked: only good for telling which of two that disagree was changed.
 */
export function attestedFiles(text: string): ReadonlyMap<string, string> | null {
  try {
    const envelope = JSON.parse(text) as { payload: unknown };
    const statement = JSON.parse(Buffer.from(String(envelope.payload), 'base64').toString()) as {
      subject: readonly { name: unknown; digest: { sha256: unknown } }[];
    };
    return new Map(statement.subject.map(({ name, digest }) => [String(name), String(digest.sha256)]));
  } catch {
    return null;
  }
}

/** Only the signer and the signature are taken from what was found; all else is worked out anew. */
function readEnvelope(
  text: string,
): { readonly sshKey: string | null; readonly signature: Buffer | null } | null {
  try {
    const envelope = JSON.parse(text) as { payload: unknown; signatures: unknown };
    const statement = JSON.parse(Buffer.from(String(envelope.payload), 'base64').toString()) as {
      predicate: { signer: { key: unknown } | null };
    };
    const signatures = Array.isArray(envelope.signatures) ? (envelope.signatures as { sig: unknown }[]) : [];
    const [first] = signatures;
    const signer = statement.predicate.signer;
    return {
      sshKey: signer === null ? null : String(signer.key),
      signature: first === undefined ? null : Buffer.from(String(first.sig), 'base64'),
    };
  } catch {
    return null;
  }
}
