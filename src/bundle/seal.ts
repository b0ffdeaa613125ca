import { isPlainPath } from '../base/plain-path.js';
import { sha256Of } from '../base/sha256.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { maxJournalBytes, readJournal } from '../journal/read.js';
import type { BundleFiles } from '../ports/bundle-files.js';
import type { Report } from '../report/index.js';
import { buildReport, renderReport } from '../report/index.js';
import type { Problem } from '../text/problem.js';
import type { SealingKey } from './attestation.js';
import { printAttestation } from './attestation.js';
import type { ManifestEntry } from './manifest.js';
import {
  attestationName,
  isListed,
  isStrayFolder,
  journalName,
  manifestName,
  printManifest,
} from './manifest.js';

export interface Seal {
  readonly report: Report;
  readonly manifestSha256: string;
  readonly signed: boolean;
}

/** The journal of a bundle, read whole and its chain checked; its damage as a problem that names file and line. */
export async function loadReport(files: BundleFiles): Promise<Result<Report, Problem>> {
  const bytes = await files.read(journalName, maxJournalBytes);
  if (!bytes.ok) return bytes;
  const journal = readJournal(bytes.value);
  if (!journal.ok) {
    const { code, line, message } = journal.error;
    return err({
      code,
      message: `${journalName}:${line}: ${message}`,
      next: 'gatebook verify BUNDLE   says what else is damaged',
    });
  }
  if (journal.value.tornBytes > 0) {
    return err({
      code: 'JOURNAL_DAMAGED',
      message: `${journalName}:${journal.value.end.seq + 1}: the last line is torn`,
    });
  }
  return buildReport(journal.value);
}

/**
 * Seals a bundle whose run has ended: report, manifest, attestation, in this order, each on disk before the next.
 * Sealing again after a crash gives the same bytes; a bundle that has its attestation is never sealed again.
 */
export async function sealBundle(files: BundleFiles, key: SealingKey | null): Promise<Result<Seal, Problem>> {
  const report = await loadReport(files);
  if (!report.ok) return report;
  const present = await files.list();
  if (!present.ok) return present;
  if (present.value.some((entry) => entry.path === attestationName)) {
    return err({
      code: 'BUNDLE_SEALED',
      message: 'the bundle is sealed already; nothing in it is ever written again',
    });
  }
  // Of who was killed: the manifest would list it. What lies deeper is evidence, whatever it is called.
  const undrafted = await files.removeDrafts('');
  if (!undrafted.ok) return undrafted;
  for (const format of ['md', 'json'] as const) {
    const written = await files.write(`report.${format}`, renderReport(report.value, format));
    if (!written.ok) return written;
  }
  const cleared = await removeStrayFolders(files);
  if (!cleared.ok) return cleared;
  const manifest = await hashAll(files);
  if (!manifest.ok) return manifest;
  const printed = printManifest(manifest.value);
  const listed = await files.write(manifestName, printed);
  if (!listed.ok) return listed;
  const manifestSha256 = sha256Of(printed);
  const sealed = { manifest: manifest.value, manifestSha256, report: report.value };
  const attested = await files.write(attestationName, printAttestation(sealed, key));
  if (!attested.ok) return attested;
  return ok({ report: report.value, manifestSha256, signed: key !== null });
}

/** What a `keep` that was given back or died leaves: a folder in a folder, the inner one first. */
async function removeStrayFolders(files: BundleFiles): Promise<Result<null, Problem>> {
  for (;;) {
    const entries = await files.list();
    if (!entries.ok) return entries;
    const stray = entries.value.filter(isStrayFolder);
    if (stray.length === 0) return ok(null);
    for (const { path } of stray) {
      const removed = await files.removeEmpty(path);
      if (!removed.ok) return removed;
    }
  }
}

async function hashAll(files: BundleFiles): Promise<Result<readonly ManifestEntry[], Problem>> {
  const entries = await files.list();
  if (!entries.ok) return entries;
  const manifest: ManifestEntry[] = [];
  for (const entry of entries.value) {
    if (entry.kind === 'folder' || !isListed(entry.path)) continue;
    if (entry.kind !== 'file' || !isPlainPath(entry.path)) {
      return err({
        code: 'BUNDLE_UNSEALABLE',
        message: `${entry.path}: only plain files with plain names can be sealed`,
      });
    }
    const sha256 = await files.sha256(entry.path);
    if (!sha256.ok) return sha256;
    manifest.push({ path: entry.path, sha256: sha256.value });
  }
  return ok(manifest);
}
