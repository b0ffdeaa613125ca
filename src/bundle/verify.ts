import type { Signer } from '../approve/signers.js';
import { sha256Of } from '../base/sha256.js';
import { maxJournalBytes, readJournal } from '../journal/read.js';
import type { JournalRecord } from '../model/event.js';
import type { BundleFiles } from '../ports/bundle-files.js';
import type { Report } from '../report/index.js';
import { buildReport, renderReport } from '../report/index.js';
import type { Problem } from '../text/problem.js';
import type { PublicKey } from './attestation.js';
import { attestedFiles, checkAttestation } from './attestation.js';
import { annotationPath } from './annotation.js';
import type { AnnotationTrust, Chain } from './annotations.js';
import { readAnnotations } from './annotations.js';
import {
  annotationsFolder,
  attestationName,
  isAnnotation,
  journalName,
  manifestName,
  parseManifest,
} from './manifest.js';
import type { Finding, Hashes, ReadManifest } from './compare.js';
import { inventory } from './inventory.js';
import { annotationProofs, proofs } from './proved.js';
import { readText } from './read-text.js';
import {
  compareDigests,
  compareFiles,
  compareManifest,
  firstDifference,
  notRead,
  onlyUnread,
  unreadNext,
} from './compare.js';

/** Limits on what is read whole. Everything else is only hashed, as a stream. */
const maxTextBytes = maxJournalBytes;

export type { Finding } from './compare.js';

export interface ImpossibleRecord {
  readonly line: number;
  readonly message: string;
}

export interface VerifyOptions {
  readonly requireSignature: boolean;
  /** A journal head that was kept elsewhere. */
  readonly expectHead?: string;
  /** Whose seal counts. */
  readonly allowedSigners?: readonly Signer[];
  /** How annotations are checked; without it a bundle that has any doesn't hold. */
  readonly annotations?: AnnotationTrust;
  /** Where a journal whose chain holds tells what no run does; not asked without it. */
  readonly impossible?: (records: readonly JournalRecord[]) => ImpossibleRecord | null;
  /** `sha256:…` of an annotation's file that was kept elsewhere: it and all before it must be there. */
  readonly expectAnnotation?: string;
}

export interface VerifyResult {
  readonly findings: readonly Finding[];
  /** What was proved, one sentence each. */
  readonly proved: readonly string[];
  readonly report: Report | null;
  readonly signer: PublicKey | null;
  readonly manifestSha256: string | null;
  readonly annotations: Chain;
}

/** Finds every byte of a bundle that isn't what was sealed. It holds when there are no findings. */
export async function verifyBundle(files: BundleFiles, options: VerifyOptions): Promise<VerifyResult> {
  const findings: Finding[] = [];
  const manifest = await readManifest(files, findings);
  const found = await inventory(files, manifest, findings);
  const report = await checkJournal(files, options, findings);
  const attestation = await readText(files, attestationName, maxTextBytes, findings);
  const attested = (attestation === null ? null : attestedFiles(attestation)) ?? new Map<string, string>();
  if (manifest !== null) {
    compareManifest(manifest, attested, findings);
    if (found !== null) compareFiles(found, manifest.entries, attested, findings);
  }
  if (report !== null) {
    await compareReports(files, report, findings);
    if (found !== null) compareDigests(found, report, findings);
    checkHead(report, options, findings);
  }
  const signer = checkSeal(attestation, report, manifest, findings);
  checkSigner(signer, options, findings);
  const annotations = await checkAnnotations({ files, found, report, manifest }, options, findings);
  return {
    findings,
    proved:
      findings.length > 0 || report === null || found === null
        ? []
        : [...proofs(found, report, signer, options), ...annotationProofs(annotations, options)],
    report,
    signer,
    manifestSha256: manifest?.sha256 ?? null,
    annotations,
  };
}

/** For who wants to go on with a bundle: what is wrong with it first. */
export function changedSince(findings: readonly Finding[]): Problem {
  const [first] = findings;
  if (first !== undefined && onlyUnread(findings))
    return { code: 'BUNDLE_UNREADABLE', message: first.message, next: unreadNext };
  const what = first === undefined ? 'it is incomplete' : `${first.file} ${first.kind}: ${first.message}`;
  return {
    code: 'BUNDLE_CHANGED',
    message: `the bundle is not what was sealed: ${what}`,
    next: 'gatebook verify BUNDLE   says all that was changed',
  };
}

async function checkJournal(
  files: BundleFiles,
  { impossible }: VerifyOptions,
  findings: Finding[],
): Promise<Report | null> {
  const bytes = await files.read(journalName, maxJournalBytes);
  if (!bytes.ok) {
    notRead(journalName, bytes.error, findings);
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
  const made = impossible?.(journal.value.records) ?? null;
  if (made !== null) findings.push({ kind: 'changed', file: journalName, ...made });
  const report = buildReport(journal.value);
  if (report.ok) return report.value;
  const line = Math.max(1, journal.value.end.seq);
  findings.push({ kind: 'truncated', file: journalName, line, message: report.error.message });
  return null;
}

async function readManifest(files: BundleFiles, findings: Finding[]): Promise<ReadManifest | null> {
  const text = await readText(files, manifestName, maxTextBytes, findings);
  if (text === null) return null;
  const entries = parseManifest(text);
  if (entries.ok) return { entries: entries.value, sha256: sha256Of(text) };
  findings.push({ kind: 'changed', file: manifestName, ...entries.error });
  return null;
}

/** report.md and report.json must be what the journal gives, byte for byte. */
async function compareReports(files: BundleFiles, report: Report, findings: Finding[]): Promise<void> {
  for (const format of ['md', 'json'] as const) {
    const file = `report.${format}`;
    const text = await readText(files, file, maxTextBytes, findings);
    const expected = renderReport(report, format);
    if (text === null || text === expected) continue;
    const line = firstDifference(text, expected);
    findings.push({ kind: 'changed', file, line, message: 'the line is not what the journal says' });
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
): PublicKey | null {
  if (text === null || report === null || manifest === null) return null;
  const sealed = { manifest: manifest.entries, manifestSha256: manifest.sha256, report };
  const checked = checkAttestation(text, sealed);
  if (checked.ok) return checked.value.signer;
  findings.push({ kind: 'changed', file: attestationName, message: checked.error });
  return null;
}

function checkSigner(signer: PublicKey | null, options: VerifyOptions, findings: Finding[]): void {
  if (signer === null) {
    if (!options.requireSignature && options.allowedSigners === undefined) return;
    // Whether it is signed isn't known then.
    if (onlyUnread(findings)) return;
    findings.push({
      kind: 'untrusted',
      file: attestationName,
      message: 'no valid signature is there, and one is required',
    });
    return;
  }
  if (options.allowedSigners?.some(({ key }) => key === signer.fingerprint) ?? true) return;
  findings.push({
    kind: 'untrusted',
    file: attestationName,
    message: `${signer.fingerprint} is not an allowed signer`,
  });
}

/** A bundle as far as it could be read. */
interface Examined {
  readonly files: BundleFiles;
  readonly found: Hashes | null;
  readonly report: Report | null;
  readonly manifest: ReadManifest | null;
}

/** Without a manifest there is nothing that they could belong to, and that is a finding already. */
async function checkAnnotations(
  { files, found, report, manifest }: Examined,
  options: VerifyOptions,
  findings: Finding[],
): Promise<Chain> {
  const none: Chain = { annotations: [], digests: [], unfinished: [] };
  if (found === null) return none;
  const [first] = [...found.keys()].filter(isAnnotation);
  if (first !== undefined && options.annotations === undefined)
    findings.push({ kind: 'refused', file: first, message: 'annotations were not checked' });
  if (options.annotations === undefined || report === null || manifest === null) return none;
  const sealed = { run: report.run.id, manifestSha256: manifest.sha256 };
  const inside = { files, paths: found.keys() };
  const chain = await readAnnotations(inside, { sealed, trust: options.annotations }, findings);
  if (options.requireSignature || options.annotations.signers !== null)
    for (const { number } of chain.annotations.filter(({ key }) => key === null))
      findings.push({ kind: 'untrusted', file: annotationPath(number), message: 'it is not signed' });
  const { expectAnnotation } = options;
  if (expectAnnotation !== undefined && !chain.digests.some((one) => one.statement === expectAnnotation))
    findings.push({
      kind: 'missing',
      file: annotationsFolder,
      message: `no annotation has the digest ${expectAnnotation}, which was kept elsewhere`,
    });
  return chain;
}
