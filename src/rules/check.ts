import type { LoadedRunbook } from '../document/load.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { rules } from './index.js';
import { placesOf } from './places.js';
import type { Finding, Kinds } from './rule.js';
import { checkedSites } from './sites.js';

/** Every rule's findings about a runbook, in the order in which they stand in its files. */
export function checkRules(loaded: LoadedRunbook, kinds: Kinds): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const { runbook } = loaded;
  const places = placesOf(runbook);
  const context = {
    runbook,
    kinds,
    places,
    sites: checkedSites(runbook, places, kinds),
    locate: (path: readonly (string | number)[], what: 'key' | 'value' = 'value') =>
      loaded.locate(path, what),
    report: (finding: Finding) => found.push(toDiagnostic(finding)),
  };
  for (const rule of rules) rule.check(context);
  // What seems unused is most often what an error misspells.
  const hasErrors = found.some((d) => d.severity === 'error');
  return sorted(hasErrors ? found.filter((d) => d.code !== 'GB2005') : found);
}

function toDiagnostic({ code, message, at, severity = 'error', reason, fix, related }: Finding): Diagnostic {
  return {
    code,
    severity,
    message,
    location: at,
    ...(reason !== undefined && { reason }),
    ...(fix !== undefined && { fix }),
    ...(related !== undefined && { related }),
  };
}

export function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ location: { file, range } }: Diagnostic) =>
    [file, range.start.line, range.start.column] as const;
  return [...diagnostics].sort((a, b) => {
    const [fileA, lineA, columnA] = key(a);
    const [fileB, lineB, columnB] = key(b);
    if (fileA !== fileB) return fileA < fileB ? -1 : 1;
    return lineA - lineB || columnA - columnB || (a.code < b.code ? -1 : 1);
  });
}
