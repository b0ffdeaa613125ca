import { explanations } from '../src/explain/index.js';
import { asMarkdown } from '../src/explain/markdown.js';

/** The reference page of every code: docs/codes.md. */
export function codesPage(): string {
  const groups: readonly (readonly [string, RegExp])[] = [
    ['The text of a file', /^GB10/],
    ['The language', /^GB1[1-9]/],
    ['Names and params', /^GB20/],
    ['Guards, gates and matchers', /^GB21/],
    ['Expressions', /^GB22/],
    ['Effects, resources, production, the report', /^GB2[345]/],
    ['The plan', /^GB26/],
    ['What programs and shells are made to do', /^GB27/],
    ['Waivers', /^GB28/],
    ['Files', /^GB3/],
    ['While a run is prepared or going on', /^[A-Z]+(?:_|$)/],
  ];
  const sections = groups.map(([heading, codes]) => {
    const entries = explanations.filter((e) => codes.test(e.code));
    return `## ${heading}\n\n${entries.map((e) => `### ${e.code} — ${e.title}\n\n${asMarkdown(e)}`).join('\n')}`;
  });
  const opening =
    'Every code that Gatebook prints. `gatebook explain CODE` prints one of them. The tests run each example; what every runbook begins with is left out of them.';
  return `# Codes\n\n<!-- Written by scripts/generate.ts from src/explain. -->\n\n${opening}\n\n${sections.join('\n')}`;
}
