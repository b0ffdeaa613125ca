import type { Result } from '../base/result.js';
import { ok } from '../base/result.js';
import type { BundleFiles } from '../ports/bundle-files.js';
import type { Report, ReportFormat } from '../report/index.js';
import { renderReport } from '../report/index.js';
import type { Problem } from '../text/problem.js';
import { firstDifference } from './compare.js';
import { loadReport } from './seal.js';

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
