import { isSha256 } from '../base/ids.js';
import type { Sha256 } from '../base/ids.js';
import { isPlainPath } from '../base/plain-path.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { BundleEntry } from '../ports/bundle-files.js';
import { draftName } from '../ports/bundle-files.js';

/** Where the truth of a run stands in its bundle. */
export const journalName = 'journal.jsonl';
export const manifestName = 'SHA256SUMS';
export const attestationName = 'attestation.json';
/** What the manifest can't list: itself, and what names its digest. */
const outsideManifest: ReadonlySet<string> = new Set([manifestName, attestationName]);
/** Notes that are added after the seal; each names the manifest, so the manifest can't name them. */
export const annotationsFolder = 'annotations';
export const isAnnotation = (path: string): boolean => path.startsWith(`${annotationsFolder}/`);
/** What an `annotate` that was killed leaves before its files have their names: no evidence. */
export const isDraft = (path: string): boolean =>
  /^annotations\/[0-9]{3}\.json(?:\.sig)?$/.test(path.replace(draftName, '')) && draftName.test(path);
export const isListed = (path: string): boolean => !outsideManifest.has(path) && !isAnnotation(path);
/** The runner makes them before it knows whether anything comes into them; a copy by git leaves them out. */
const mayBeEmpty: ReadonlySet<string> = new Set(['logs', 'kept', annotationsFolder]);
/** No manifest lists a folder, so one with nothing in it is nobody's. */
export const isStrayFolder = ({ path, kind }: BundleEntry): boolean =>
  kind === 'folder' && !mayBeEmpty.has(path);

export interface ManifestEntry {
  readonly path: string;
  readonly sha256: Sha256;
}
export interface ManifestDamage {
  readonly line: number;
  readonly message: string;
}

/** `sha256sum` format (GNU coreutils), ordered by the bytes of the path. */
export const printManifest = (entries: readonly ManifestEntry[]): string =>
  entries.map(({ sha256, path }) => `${sha256}  ${path}\n`).join('');

/** Reads exactly what `printManifest` writes; anything else is damage, by line. */
export function parseManifest(text: string): Result<readonly ManifestEntry[], ManifestDamage> {
  const entries: ManifestEntry[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') return err({ line: lines.length + 1, message: 'the last line is cut off' });
  for (const [index, line] of lines.entries()) {
    const damage = (message: string) => err({ line: index + 1, message });
    const sha256 = line.slice(0, 64);
    const path = line.slice(66);
    if (!isSha256(sha256) || line.slice(64, 66) !== '  ' || !isPlainPath(path)) {
      return damage('the line is not `sha256, two blanks, path`');
    }
    const before = entries.at(-1);
    if (before !== undefined && Buffer.compare(Buffer.from(before.path), Buffer.from(path)) >= 0) {
      return damage('the line is out of order');
    }
    entries.push({ path, sha256 });
  }
  return ok(entries);
}
