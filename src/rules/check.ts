import { byUnits } from '../base/order.js';
import type { LoadedRunbook } from '../document/load.js';
import type { Diagnostic, Severity } from '../text/diagnostic.js';
import { rules } from './index.js';
import { foldedArgs, type Given } from './folded-args.js';
import { constantValue } from './constants.js';
import { codeOf } from './programs/collect.js';
import { placesOf } from './places.js';
import type { Finding, Kinds } from './rule.js';
import { checkedSites } from './sites.js';
import { asDiagnostic, waive, type Found } from './waive.js';

/**
 * Every rule's findings about a runbook, in the order in which they stand in its files; those that are waived on this
 * day (UTC) as notes.
 */
export function checkRules(
  loaded: LoadedRunbook,
  kinds: Kinds,
  today: string,
  given: Given = {},
): readonly Diagnostic[] {
  const found: Found[] = [];
  const { runbook } = loaded;
  const places = placesOf(runbook);
  const code = codeOf(places, {
    locate: (path) => loaded.locate(path, 'value'),
    locateText: loaded.locateText,
    textOf: loaded.textOf,
    constant: (expression) => constantValue(expression, runbook),
  });
  const context = {
    runbook,
    kinds,
    places,
    argsOf: foldedArgs(runbook, given),
    code,
    sites: checkedSites(runbook, places, kinds),
    files: loaded.files.map(({ path }) => path),
    textOf: loaded.textOf,
    locate: (path: readonly (string | number)[], what: 'key' | 'value' = 'value') =>
      loaded.locate(path, what),
    isWritten: loaded.isWritten,
    report: (finding: Finding) =>
      found.push({ diagnostic: asDiagnostic(finding), within: finding.within ?? [] }),
  };
  for (const rule of rules) rule.check(context);
  const shown = waive(found, context, today);
  // What seems unused is most often what an error misspells.
  const hasErrors = shown.some((d) => d.severity === 'error');
  return sorted(unique(hasErrors ? shown.filter((d) => !misspelt.has(d.code)) : shown));
}

const misspelt: ReadonlySet<string> = new Set(['GB2005', 'GB2504', 'GB2805']);
const weight: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** What is found twice in one place (a library, or a script that two commands run) once, as the worst that it is. */
export function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const key = JSON.stringify([diagnostic.code, diagnostic.location, diagnostic.message]);
    const known = found.get(key);
    if (known === undefined || weight[diagnostic.severity] > weight[known.severity])
      found.set(key, diagnostic);
  }
  return [...found.values()];
}

export function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({ location: { file, range } }: Diagnostic) =>
    [file, range.start.line, range.start.column] as const;
  return [...diagnostics].sort((a, b) => {
    const [fileA, lineA, columnA] = key(a);
    const [fileB, lineB, columnB] = key(b);
    return byUnits(fileA, fileB) || lineA - lineB || columnA - columnB || byUnits(a.code, b.code);
  });
}
