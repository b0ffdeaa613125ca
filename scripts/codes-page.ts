import { groups } from '../src/explain/groups.js';
import { asMarkdown } from '../src/explain/markdown.js';

/** The reference page of every code: docs/codes.md. */
export function codesPage(): string {
  const sections = groups.map(
    ({ heading, entries }) =>
      `## ${heading}\n\n${entries.map((e) => `### ${e.code} — ${e.title}\n\n${asMarkdown(e)}`).join('\n')}`,
  );
  const opening =
    'Every code that Gatebook prints. `gatebook explain CODE` prints one of them, `gatebook explain` lists them. The tests run each example; what every runbook begins with is left out of them.';
  return `# Codes\n\n<!-- Written by scripts/generate.ts from src/explain. -->\n\n${opening}\n\n${sections.join('\n')}`;
}
