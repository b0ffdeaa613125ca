import type { Diagnostic, Location } from '../diagnostic.js';

/** What a code means, for the viewers that show it beside a finding. */
export interface RuleText {
  readonly title: string;
  readonly explanation: string;
}

/** SARIF 2.1.0 (OASIS), the format that code hosts read. */
export function renderSarif(
  diagnostics: readonly Diagnostic[],
  version: string,
  texts: ReadonlyMap<string, RuleText> = new Map(),
): string {
  const codes = [...new Set(diagnostics.map((d) => d.code))].sort();
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          columnKind: 'utf16CodeUnits',
          tool: {
            driver: {
              name: 'gatebook',
              version,
              rules: codes.map((code) => describe(code, texts.get(code))),
            },
          },
          results: diagnostics.map((d) => result(d, codes)),
        },
      ],
    },
    null,
    2,
  )}\n`;
}

const describe = (code: string, text: RuleText | undefined): object => ({
  id: code,
  ...(text && { shortDescription: { text: text.title }, fullDescription: { text: text.explanation } }),
});

function result(diagnostic: Diagnostic, codes: readonly string[]): object {
  const { code, severity, message, reason, fix, location, related = [] } = diagnostic;
  const text = [message, reason, fix === undefined ? undefined : `fix: ${fix}`].filter(
    (t) => t !== undefined,
  );
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: text.join('. ') },
    locations: [physical(location)],
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
      artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
      region: {
        startLine: range.start.line,
        startColumn: range.start.column,
        endLine: range.end.line,
        endColumn: range.end.column,
      },
    },
  };
}
