import { createHash } from 'node:crypto';
import type { Sha256 } from '../base/ids.js';
import { countedInWords } from '../base/words.js';
import { maxJournalBytes, readJournal } from '../journal/read.js';
import type { BundleEntry, BundleFiles } from '../ports/bundle-files.js';
import type { Report } from '../report/index.js';
import { buildReport, renderReport } from '../report/index.js';
import type { Signer } from './attestation.js';
import { attestedFiles, checkAttestation } from './attestation.js';
import type { ManifestEntry } from './manifest.js';
import { attestationName, isListed, isPlainPath, manifestName, parseManifest } from './manifest.js';
import { journalName } from './seal.js';

/** Limits on what is read whole. Everything else is only hashed, as a stream. */
const maxTextBytes = maxJournalBytes;

export interface Finding {
  readonly kind: 'changed' | 'missing' | 'added' | 'reordered' | 'truncated' | 'refused';
  readonly file: string;
  /** Counts from 1. */
  readonly line?: number;
  readonly message: string;
}

export interface VerifyOptions {
  readonly requireSignature: boolean;
  /** A journal head that was kept elsewhere. */
  readonly expectHead?: string;
  /** Principals by `ssh-ed25519 BASE64`. */
  readonly allowedSigners?: ReadonlyMap<string, string>;
}

export interface VerifyResult {
  readonly findings: readonly Finding[];
  /** What was proved, one sentence each. */
  readonly proved: readonly string[];
  readonly report: Report | null;
  readonly signer: Signer | null;
}

/** Finds every byte of a bundle that isn't what was sealed. It holds when there are no findings. */
export async function verifyBundle(files: BundleFiles, options: VerifyOptions): Promise<VerifyResult> {
  const findings: Finding[] = [];
  const found = await inventory(files, findings);
  const report = await checkJournal(files, findings);
  const attestation = await readText(files, attestationName, findings);
  const attested = (attestation === null ? null : attestedFiles(attestation)) ?? new Map<string, string>();
  const manifest = await readManifest(files, findings);
  if (manifest !== null) {
    compareManifest(manifest, attested, findings);
    compareFiles(found, manifest.entries, attested, findings);
  }
  if (report !== null) {
    await compareReports(files, report, findings);
    compareDigests(found, report, findings);
    checkHead(report, options, findings);
  }
  const signer = checkSeal(attestation, report, manifest, findings);
  checkSigner(signer, options, findings);
  return {
    findings,
    proved: findings.length > 0 || report === null ? [] : proofs(found, report, signer, options),
    report,
    signer,
  };
}

type Hashes = ReadonlyMap<string, Sha256>;

async function inventory(files: BundleFiles, findings: Finding[]): Promise<Hashes> {
  const hashes = new Map<string, Sha256>();
  const entries = await files.list();
  if (!entries.ok) {
    findings.push({ kind: 'missing', file: '.', message: entries.error.message });
    return hashes;
  }
  for (const entry of entries.value) {
    const refused = refusal(entry);
    const hash = refused === null ? await files.sha256(entry.path) : null;
    if (hash?.ok === true) hashes.set(entry.path, hash.value);
    else findings.push({ kind: 'refused', file: entry.path, message: refused ?? hash?.error.message ?? '' });
  }
  return hashes;
}

function refusal(entry: BundleEntry): string | null {
  if (entry.kind === 'symlink') return 'a symbolic link has no place in a bundle';
  if (entry.kind === 'other') return 'it is not a regular file';
  return isPlainPath(entry.path) ? null : 'its name holds control characters or backslashes';
}

async function checkJournal(files: BundleFiles, findings: Finding[]): Promise<Report | null> {
  const bytes = await files.read(journalName, maxJournalBytes);
  if (!bytes.ok) {
    findings.push({ kind: 'missing', file: journalName, message: bytes.error.message });
    return null;
  }
  const journal = readJournal(bytes.value);
  if (!journal.ok) {
    const { kind, line, message } = journal.error;
    findings.push({ kind, file: journalName, line, message });
    return null;
  }
  if (journal.value.tornBytes > 0) {
    const line = journal.value.end.seq + 1;
    findings.push({ kind: 'truncated', file: journalName, line, message: 'the last line is cut off' });
    return null;
  }
  const report = buildReport(journal.value);
  if (report.ok) return report.value;
  const line = Math.max(1, journal.value.end.seq);
  findings.push({ kind: 'truncated', file: journalName, line, message: report.error.message });
  return null;
}

interface ReadManifest {
  readonly entries: readonly ManifestEntry[];
  readonly sha256: string;
}

async function readManifest(files: BundleFiles, findings: Finding[]): Promise<ReadManifest | null> {
  const text = await readText(files, manifestName, findings);
  if (text === null) return null;
  const entries = parseManifest(text);
  if (entries.ok) return { entries: entries.value, sha256: createHash('sha256').update(text).digest('hex') };
  findings.push({ kind: 'changed', file: manifestName, ...entries.error });
  return null;
}

async function readText(files: BundleFiles, name: string, findings: Finding[]): Promise<string | null> {
  const bytes = await files.read(name, maxTextBytes);
  if (!bytes.ok) {
    findings.push({
      kind: bytes.error.code === 'BUNDLE_MISSING' ? 'missing' : 'refused',
      file: name,
      message: bytes.error.message,
    });
    return null;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.value);
  } catch {
    findings.push({ kind: 'changed', file: name, message: 'it is not UTF-8' });
    return null;
  }
}

/** The attestation is a second witness of what the manifest was. */
function compareManifest(
  manifest: ReadManifest,
  attested: ReadonlyMap<string, string>,
  findings: Finding[],
): void {
  const sha256 = attested.get(manifestName);
  if (sha256 === undefined || sha256 === manifest.sha256) return;
  const at = manifest.entries.findIndex((entry) => attested.get(entry.path) !== entry.sha256);
  const line = at === -1 ? manifest.entries.length + 1 : at + 1;
  findings.push({
    kind: 'changed',
    file: manifestName,
    line,
    message: `${attestationName} names another sha256 for it`,
  });
}

function compareFiles(
  found: Hashes,
  manifest: readonly ManifestEntry[],
  attested: ReadonlyMap<string, string>,
  findings: Finding[],
): void {
  const listed = new Set<string>();
  for (const [index, { path, sha256 }] of manifest.entries()) {
    listed.add(path);
    const hash = found.get(path);
    if (hash === undefined) {
      findings.push({ kind: 'missing', file: path, message: `${manifestName}:${index + 1} lists it` });
    } else if (hash !== sha256) {
      const message = `its sha256 is not the one in ${manifestName}:${index + 1}`;
      // Where the attestation agrees with the file, it is the manifest's line that was changed.
      if (attested.get(path) !== hash) findings.push({ kind: 'changed', file: path, message });
      else
        findings.push({
          kind: 'changed',
          file: manifestName,
          line: index + 1,
          message: `it is not the sha256 of ${path}`,
        });
    }
  }
  for (const path of found.keys()) {
    if (listed.has(path) || !isListed({ path, kind: 'file', bytes: 0 })) continue;
    findings.push({ kind: 'added', file: path, message: `${manifestName} does not list it` });
  }
}

/** report.md and report.json must be what the journal gives, byte for byte. */
async function compareReports(files: BundleFiles, report: Report, findings: Finding[]): Promise<void> {
  for (const format of ['md', 'json'] as const) {
    const file = `report.${format}`;
    const text = await readText(files, file, findings);
    const expected = renderReport(report, format);
    if (text === null || text === expected) continue;
    const line = firstDifference(text, expected);
    findings.push({ kind: 'changed', file, line, message: 'the line is not what the journal says' });
  }
}

/** The first line, from 1, in which two texts differ. */
export function firstDifference(text: string, expected: string): number {
  const lines = text.split('\n');
  const at = expected.split('\n').findIndex((line, index) => line !== lines[index]);
  return at === -1 ? expected.split('\n').length + 1 : at + 1;
}

/** What the journal's first record pins: plan, binding and every file under source/. */
function compareDigests(found: Hashes, report: Report, findings: Finding[]): void {
  const pinned: readonly (readonly [string, string])[] = [
    ['plan.json', report.run.plan_digest.replace(/^sha256:/, '')],
    ['binding.json', report.run.binding_digest.replace(/^sha256:/, '')],
    ...report.evidence.files.map(({ path, sha256 }) => [`source/${path}`, sha256] as const),
  ];
  for (const [file, sha256] of pinned) {
    const hash = found.get(file);
    if (sha256 === '' && hash === undefined) continue;
    if (hash === sha256) continue;
    const kind = hash === undefined ? 'missing' : 'changed';
    findings.push({
      kind,
      file,
      message: `${journalName}:1 names sha256 ${sha256 === '' ? '(none)' : sha256}`,
    });
  }
}

function checkHead(report: Report, { expectHead }: VerifyOptions, findings: Finding[]): void {
  const head = report.evidence.journal_head;
  if (expectHead === undefined || expectHead.toLowerCase() === head) return;
  const message = `its head is ${head}, and ${expectHead} is expected`;
  findings.push({ kind: 'changed', file: journalName, line: report.evidence.journal_records, message });
}

function checkSeal(
  text: string | null,
  report: Report | null,
  manifest: ReadManifest | null,
  findings: Finding[],
): Signer | null {
  if (text === null || report === null || manifest === null) return null;
  const sealed = { manifest: manifest.entries, manifestSha256: manifest.sha256, report };
  const checked = checkAttestation(text, sealed);
  if (checked.ok) return checked.value.signer;
  findings.push({ kind: 'changed', file: attestationName, message: checked.error });
  return null;
}

function checkSigner(signer: Signer | null, options: VerifyOptions, findings: Finding[]): void {
  if (signer === null) {
    if (!options.requireSignature && options.allowedSigners === undefined) return;
    findings.push({
      kind: 'refused',
      file: attestationName,
      message: 'no valid signature is there, and one is required',
    });
    return;
  }
  if (options.allowedSigners === undefined || options.allowedSigners.has(signer.sshKey)) return;
  findings.push({
    kind: 'refused',
    file: attestationName,
    message: `${signer.fingerprint} is not an allowed signer`,
  });
}

function proofs(found: Hashes, report: Report, signer: Signer | null, options: VerifyOptions): string[] {
  const { journal_records: records, journal_head: head } = report.evidence;
  const proved = [
    `${countedInWords(found.size, 'file')}, each with the bytes that were sealed`,
    `a journal of ${countedInWords(records, 'record')} whose chain holds, head ${head}`,
    'report.md and report.json say what the journal says, byte for byte',
  ];
  if (options.expectHead !== undefined) proved.push('the head is the one that was kept elsewhere');
  if (signer !== null) proved.push(`${signer.fingerprint} sealed these bytes${namedSigner(signer, options)}`);
  return proved;
}

function namedSigner(signer: Signer, { allowedSigners }: VerifyOptions): string {
  const principal = allowedSigners?.get(signer.sshKey);
  return principal === undefined ? '; whose key that is was not checked' : ` (${principal})`;
}
