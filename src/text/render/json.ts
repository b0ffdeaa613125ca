import type { Diagnostic } from '../diagnostic.js';

/** For programs: one object a finding, in the order in which they stand. */
export function renderJson(diagnostics: readonly Diagnostic[], files: readonly string[]): string {
  return `${JSON.stringify(
    {
      schema: 'gatebook/diagnostics@1',
      valid: diagnostics.every((d) => d.severity !== 'error'),
      files,
      diagnostics: diagnostics.map((d) => ({
        code: d.code,
        severity: d.severity,
        message: d.message,
        file: d.location.file,
        ...d.location.range,
        reason: d.reason ?? null,
        fix: d.fix ?? null,
        waived: d.waived ?? null,
        related: (d.related ?? []).map((r) => ({
          message: r.message,
          file: r.location.file,
          ...r.location.range,
        })),
      })),
    },
    null,
    2,
  )}\n`;
}
