import { asExample, explanations, type Example } from '../src/explain/index.js';

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
    ['Files', /^GB3/],
    ['While a run is prepared or going on', /^[A-Z]+(?:_|$)/],
  ];
  const sections = groups.map(([heading, codes]) => {
    const entries = explanations.filter((e) => codes.test(e.code));
    return `## ${heading}\n\n${entries.map((e) => entry(e.code, e.title, e.explanation, e.wrong, e.right)).join('\n')}`;
  });
  const opening =
    'Every code that Gatebook prints. `gatebook explain CODE` prints one of them. The tests run each example; what every runbook begins with is left out of them.';
  return `# Codes\n\n<!-- Written by scripts/generate.ts from src/explain. -->\n\n${opening}\n\n${sections.join('\n')}`;
}

function entry(
  code: string,
  title: string,
  explanation: string,
  wrong?: Example | string,
  right?: Example | string,
): string {
  return `### ${code} — ${title}\n\n${explanation}\n${block('Wrong', wrong)}${block('Right', right)}`;
}

function block(name: string, example: Example | string | undefined): string {
  if (example === undefined) return '';
  const { text, files = {} } = asExample(example);
  const others = Object.entries(files).map(([path, content]) => `\nwith \`${path}\`:\n\n${fenced(content)}`);
  return `\n${name}:\n\n${fenced(text)}${others.join('')}`;
}

/** Control characters of an example would be obeyed by whoever prints the page. */
const fenced = (text: string): string =>
  `\`\`\`yaml\n${text.trimEnd().replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, (c) => `<U+${c.charCodeAt(0).toString(16).toUpperCase()}>`)}\n\`\`\`\n`;
