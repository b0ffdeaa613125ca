import type { Sha256 } from '../base/ids.js';
import { isPlainPath } from '../base/plain-path.js';
import type { BundleEntry, BundleFiles } from '../ports/bundle-files.js';
import type { Finding, Hashes, ReadManifest } from './compare.js';
import { mayBePinned, notRead } from './compare.js';
import { isStrayFolder } from './manifest.js';

/**
 * Null where it can't be told what is there. What neither the manifest nor, where that can't be read, the journal names
 * isn't read: it may be of any size.
 */
export async function inventory(
  files: BundleFiles,
  manifest: ReadManifest | null,
  findings: Finding[],
): Promise<Hashes | null> {
  const entries = await files.list();
  if (!entries.ok) {
    notRead('.', entries.error, findings);
    return null;
  }
  const listed = manifest && new Set(manifest.entries.map(({ path }) => path));
  const folders = foldersOf(manifest);
  const hashes = new Map<string, Sha256 | null>();
  for (const entry of entries.value) {
    const { path } = entry;
    if (entry.kind === 'folder') {
      if (isStrayFolder(entry) && !folders.has(path))
        findings.push({ kind: 'added', file: path, message: 'an empty folder has no place in a bundle' });
      continue;
    }
    const refused = refusal(entry);
    if (refused === null && !(listed?.has(path) ?? mayBePinned(path))) {
      hashes.set(path, null);
      continue;
    }
    if (refused !== null) {
      findings.push({ kind: 'refused', file: path, message: refused });
      continue;
    }
    const hash = await files.sha256(path);
    if (hash.ok) hashes.set(path, hash.value);
    else notRead(path, hash.error, findings);
  }
  return hashes;
}

/** Where one of these is empty, it is its file that is missing. */
function foldersOf(manifest: ReadManifest | null): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const { path } of manifest?.entries ?? [])
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at));
  return folders;
}

function refusal({ kind, path }: BundleEntry): string | null {
  if (kind === 'symlink') return 'a symbolic link has no place in a bundle';
  if (kind === 'other') return 'it is not a regular file';
  return isPlainPath(path) ? null : 'its name holds control characters or backslashes, or is no UTF-8';
}
