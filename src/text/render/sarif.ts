import type { Diagnostic, Location, Severity } from '../diagnostic.js';
import { fingerprints } from '../fingerprint.js';
import { asSentence, waivedWords } from './sentence.js';
import type { Sources } from './text.js';

/** What a code means, for the viewers that show it beside a finding. */
export interface RuleText {
  readonly title: string;
  readonly explanation: string;
  /** The same with examples. */
  readonly markdown: string;
}

/** Paths are relative to the folder in which the program was called: where a code host's checkout has its top. */
const base = '%SRCROOT%';

/** SARIF 2.1.0 (OASIS), the format that code hosts read. Columns count UTF-16 code units. */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  version: string,
  texts: ReadonlyMap<string, RuleText> = new Map(),
): string {
  // Waived at one place, a code is what it is elsewhere.
  const severities = new Map(
    [...diagnostics].sort((a, b) => Number(!a.waived) - Number(!b.waived)).map((d) => [d.code, d.severity]),
  );
  const codes = [...severities.keys()].sort();
  const rules = codes.map((code) => rule(code, severities.get(code) ?? 'error', texts.get(code)));
  const names = fingerprints(diagnostics, sources);
  const run = {
    columnKind: 'utf16CodeUnits',
    tool: { driver: { name: 'gatebook', version, rules } },
    originalUriBaseIds: { [base]: { description: { text: 'The folder in which gatebook was called.' } } },
    results: diagnostics.map((d, index) => result(d, codes, names[index] ?? '')),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const rule = (code: string, level: Severity, text: RuleText | undefined): object => ({
  id: code,
  defaultConfiguration: { level },
  ...(text && {
    shortDescription: { text: text.title },
    fullDescription: { text: text.explanation },
    help: { text: text.explanation, markdown: text.markdown },
  }),
});

/** `primaryLocationLineHash` is the one name under which GitHub looks for a fingerprint. */
function result(diagnostic: Diagnostic, codes: readonly string[], fingerprint: string): object {
  const { code, severity, location, waived, related = [] } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: asSentence(diagnostic) },
    locations: [physical(location)],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    ...(waived && {
      suppressions: [{ kind: 'inSource', status: 'accepted', justification: waivedWords(waived) }],
    }),
    ...(related.length > 0 && {
      relatedLocations: related.map((r, id) => ({
        id,
        ...physical(r.location),
        message: { text: r.message },
      })),
    }),
  };
}

function physical({ file, range }: Location): object {
  return {
    physicalLocation: {
      artifactLocation: artifact(file),
      region: {
        startLine: range.start.line,
        startColumn: range.start.column,
        endLine: range.end.line,
        endColumn: range.end.column,
      },
    },
  };
}

/** An absolute path (a file far outside) is a URI of its own; all others hang below the base. */
function artifact(file: string): object {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: base };
}
