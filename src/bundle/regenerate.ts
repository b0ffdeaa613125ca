import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import type { BundleFiles } from '../ports/bundle-files.js';
import type { Report, ReportFormat } from '../report/index.js';
import { renderReport } from '../report/index.js';
import { revise } from '../report/revision.js';
import type { Problem } from '../text/problem.js';
import type { AnnotationTrust } from './annotations.js';
import { firstDifference } from './compare.js';
import { loadReport } from './seal.js';
import { changedSince, verifyBundle } from './verify.js';

export interface Regenerated {
  readonly report: Report;
  readonly text: string;
  /** With `check`: what the bundle's own report says differently, by file and line. */
  readonly differences: readonly { readonly file: string; readonly line: number }[];
}

/** Makes the report anew from the journal; with `check` compares report.md and report.json with it. */
export async function regenerate(
  files: BundleFiles,
  options: { readonly format: ReportFormat; readonly check: boolean },
): Promise<Result<Regenerated, Problem>> {
  const report = await loadReport(files);
  if (!report.ok) return report;
  const differences: { file: string; line: number }[] = [];
  for (const format of options.check ? (['md', 'json'] as const) : []) {
    const file = `report.${format}`;
    const expected = renderReport(report.value, format);
    const bytes = await files.read(file, 4 * Buffer.byteLength(expected) + 1024);
    if (!bytes.ok) return bytes;
    if (Buffer.from(expected).equals(bytes.value)) continue;
    differences.push({ file, line: firstDifference(Buffer.from(bytes.value).toString(), expected) });
  }
  return ok({ report: report.value, text: renderReport(report.value, options.format), differences });
}

/**
 * The report with the annotations up to a revision: 1 is what was sealed, each annotation makes one more. Only of a
 * bundle that holds, because it says which keys signed. Problems: BUNDLE_CHANGED, REVISION_UNKNOWN.
 */
export async function renderRevision(
  files: BundleFiles,
  { format, revision }: { readonly format: ReportFormat; readonly revision: number },
  trust: AnnotationTrust,
): Promise<Result<string, Problem>> {
  const { report, findings, annotations } = await verifyBundle(files, {
    requireSignature: false,
    annotations: trust,
  });
  if (report === null || findings.length > 0) return err(changedSince(findings));
  const last = 1 + annotations.annotations.length;
  if (revision > last)
    return err({
      code: 'REVISION_UNKNOWN',
      message: `there is no revision ${String(revision)}; the last one is ${String(last)}`,
      next: 'gatebook annotate BUNDLE --note TEXT   makes another',
    });
  return ok(renderReport(revise(report, annotations.annotations.slice(0, revision - 1)), format));
}
