import { minutesToRead } from './layout.js';
import type { Report } from './schema.js';

export type ReportAnnotation = NonNullable<Report['annotations']>[number];

/** Revision 1 is what was sealed; each annotation makes one more. */
export function revise(report: Report, annotations: readonly ReportAnnotation[]): Report {
  if (annotations.length === 0) return report;
  const notes = annotations.map(({ number, at, who, text, key }) => ({ number, at, who, text, key }));
  const revised = { ...report, annotations: notes };
  const kb = { ...report.kb, revision: 1 + notes.length, minutes_to_read: minutesToRead(revised) };
  return { ...revised, kb };
}
