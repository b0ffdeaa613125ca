import type { BundleFiles } from '../ports/bundle-files.js';
import type { Finding } from './compare.js';
import { notRead } from './compare.js';

/** Null: it can't be read as text, and that is a finding. */
export async function readText(
  files: BundleFiles,
  name: string,
  maxBytes: number,
  findings: Finding[],
): Promise<string | null> {
  const bytes = await files.read(name, maxBytes);
  if (!bytes.ok) {
    notRead(name, bytes.error, findings);
    return null;
  }
  try {
    // Leniently, other bytes could give the same text.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
  } catch {
    findings.push({ kind: 'changed', file: name, message: 'it is not UTF-8' });
    return null;
  }
}
