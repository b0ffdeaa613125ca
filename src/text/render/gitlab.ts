import type { Diagnostic, Severity } from '../diagnostic.js';
import { fingerprints } from '../fingerprint.js';
import { asSentence } from './sentence.js';
import type { Sources } from './text.js';

/** An error stops every run of the runbook; a warning or a waived finding stops none. */
const severityOf: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'minor', note: 'info' };

/**
 * GitLab's code-quality report: a list in the shape that its documentation gives (a part of Code Climate's). Line
 * and column stand twice because its merge request widget reads `lines` and Code Climate's readers `positions`.
 */
export function renderGitlab(diagnostics: readonly Diagnostic[], sources: Sources): string {
  const names = fingerprints(diagnostics, sources);
  const report = diagnostics.map((d, index) => {
    const { start, end } = d.location.range;
    return {
      type: 'issue',
      check_name: d.code,
      description: asSentence(d),
      categories: ['Bug Risk'],
      severity: severityOf[d.severity],
      fingerprint: names[index],
      location: {
        path: d.location.file,
        lines: { begin: start.line, end: end.line },
        positions: { begin: start, end },
      },
    };
  });
  return `${JSON.stringify(report, null, 2)}\n`;
}
