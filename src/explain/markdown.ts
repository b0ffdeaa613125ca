import { asExample } from './entry.js';
import type { Example, Explanation } from './entry.js';

/** What a code means, with its examples, as Markdown without a heading. */
export const asMarkdown = ({ explanation, wrong, right }: Explanation): string =>
  `${explanation}\n${block('Wrong', wrong)}${block('Right', right)}`;

function block(name: string, example: Example | string | undefined): string {
  if (example === undefined) return '';
  const { text, files = {} } = asExample(example);
  const others = Object.entries(files).map(
    ([path, content]) => `\nwith \`${path}\`:\n\n${fenced(content, languageOf(path))}`,
  );
  return `\n${name}:\n\n${fenced(text)}${others.join('')}`;
}

const languageOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Bidi controls of an example would be obeyed by whatever shows the page. */
const fenced = (text: string, language = 'yaml'): string =>
  `\`\`\`${language}\n${text.trimEnd().replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, (c) => `<U+${c.charCodeAt(0).toString(16).toUpperCase()}>`)}\n\`\`\`\n`;
