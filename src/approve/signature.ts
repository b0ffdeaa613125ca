import { createHash } from 'node:crypto';

/** What an SSH signature says of itself, before anybody has checked it. */
export interface SignatureFacts {
  /** The public key's wire form, base64. */
  readonly blob: string;
  /** `SHA256:…` */
  readonly key: string;
  readonly namespace: string;
}

const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';
const magic = 'SSHSIG';
const maxArmor = 64 * 1024;

/** `SHA256:…` as ssh-keygen prints it, of a public key's wire form in base64. */
export const fingerprintOf = (blob: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`;

/**
 * Reads the armor of an SSH signature (OpenSSH's PROTOCOL.sshsig): `SSHSIG`, version 1, public key, namespace, …
 * Null where it is none. Whether it holds is for ssh-keygen to say.
 */
export function readSignature(armor: string): SignatureFacts | null {
  const text = armor.trim();
  if (text.length > maxArmor || !text.startsWith(begin) || !text.endsWith(end)) return null;
  const base64 = text.slice(begin.length, -end.length).replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic || bytes.length < magic.length + 4)
    return null;
  if (bytes.readUInt32BE(magic.length) !== 1) return null;
  const key = stringAt(bytes, magic.length + 4);
  const namespace = key && stringAt(bytes, key.next);
  if (!key || !namespace) return null;
  const blob = key.value.toString('base64');
  return { blob, key: fingerprintOf(blob), namespace: namespace.value.toString('utf8') };
}

/** RFC 4251, 5: a length in four bytes, then as many bytes. */
function stringAt(bytes: Buffer, at: number): { readonly value: Buffer; readonly next: number } | null {
  if (at + 4 > bytes.length) return null;
  const length = bytes.readUInt32BE(at);
  const next = at + 4 + length;
  return next > bytes.length ? null : { value: bytes.subarray(at + 4, next), next };
}
