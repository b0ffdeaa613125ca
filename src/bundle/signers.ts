import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';

/** Namespace that an `allowed_signers` line may restrict a sealing key to. */
const sealNamespace = 'gatebook-seal@v1';

/**
 * Who may seal: `principal [namespaces="…"] ssh-ed25519 KEY [comment]`, the form of ssh-keygen(1), ALLOWED SIGNERS.
 * Refused, by line: patterns, several principals on a line, and every option but `namespaces`.
 * Returns principals by key (`ssh-ed25519 BASE64`).
 */
export function parseAllowedSigners(text: string): Result<ReadonlyMap<string, string>, string> {
  const signers = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([^\s",*?!]+)\s+(?:namespaces="([^"]*)"\s+)?(\S+)\s+(\S+)/.exec(line);
    const [, principal, namespaces, type, key] = match ?? [];
    if (
      principal === undefined ||
      type === undefined ||
      key === undefined ||
      type.includes('=') ||
      type === 'cert-authority'
    ) {
      return err(
        `line ${index + 1}: one principal, at most namespaces="…", a key type and a key are expected`,
      );
    }
    if (type !== 'ssh-ed25519') continue;
    if (namespaces !== undefined && !namespaces.split(',').includes(sealNamespace)) continue;
    signers.set(`${type} ${key}`, principal);
  }
  return ok(signers);
}
