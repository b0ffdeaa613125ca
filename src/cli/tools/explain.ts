import { groups } from '../../explain/groups.js';
import { asExample, explain, explanations } from '../../explain/index.js';
import { nearest } from '../../text/suggest.js';
import { fitted, problemText, say } from '../io.js';

/** `gatebook explain CODE`: what it means, why it matters, and an example of each kind; without a code all of them. */
export async function explainCommand(code: string | undefined): Promise<number> {
  if (code === undefined) {
    await say(process.stdout, codeList());
    await say(process.stderr, 'next     gatebook explain CODE\n');
    return 0;
  }
  const found = explain(code);
  if (found === undefined) {
    const meant = nearest(
      code,
      explanations.map((e) => e.code),
    );
    const next = meant === undefined ? 'gatebook explain   lists them' : `gatebook explain ${meant}`;
    await say(process.stderr, problemText({ code: 'USAGE', message: `there is no code ${code}`, next }));
    return 2;
  }
  const { title, explanation, wrong, right } = found;
  const example = (name: string, of: typeof wrong): string =>
    of === undefined ? '' : `\n${name}\n\n${indent(asExample(of).text)}\n`;
  await say(
    process.stdout,
    `${found.code}  ${title}\n\n${paragraphs(explanation)}\n${example('Wrong', wrong)}${example('Right', right)}`,
  );
  return 0;
}

const paragraphs = (text: string): string =>
  text
    .split('\n')
    .map((line) => fitted(process.stdout, line))
    .join('\n');

/** A line a code, as `grep` wants it. */
function codeList(): string {
  const sections = groups.map(({ heading, entries }) => {
    const widest = Math.max(...entries.map(({ code }) => code.length));
    return `${heading}\n${entries.map(({ code, title }) => `  ${code.padEnd(widest)}  ${title}\n`).join('')}`;
  });
  return sections.join('\n');
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
