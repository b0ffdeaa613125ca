import { groups } from '../../explain/groups.js';
import { asExample, explain, explanations } from '../../explain/index.js';
import { nearest } from '../../text/suggest.js';
import { fitted, problemText, say, tell } from '../io.js';

/**
 * `gatebook explain CODE`: what it means, why it matters, and an example of each kind; without a code all of them, and
 * of the beginning of several those.
 */
export async function explainCommand(code = ''): Promise<number> {
  const found = explain(code);
  if (found === undefined) {
    const list = codeList(code.trim().toUpperCase());
    await say(process.stdout, list);
    return list === '' ? unknown(code) : tell('next     gatebook explain CODE\n', 0);
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

function unknown(code: string): Promise<number> {
  const meant = nearest(
    code,
    explanations.map((e) => e.code),
  );
  const next = meant === undefined ? 'gatebook explain   lists them' : `gatebook explain ${meant}`;
  return tell(problemText({ code: 'USAGE', message: `there is no code ${code}`, next }), 2);
}

const paragraphs = (text: string): string =>
  text
    .split('\n')
    .map((line) => fitted(process.stdout, line))
    .join('\n');

/** A line a code, as `grep` wants it. */
function codeList(beginning: string): string {
  const sections = groups.flatMap(({ heading, entries }) => {
    const named = entries.filter(({ code }) => code.startsWith(beginning));
    const widest = Math.max(...named.map(({ code }) => code.length));
    const lines = named.map(({ code, title }) => `  ${code.padEnd(widest)}  ${title}\n`);
    return lines.length === 0 ? [] : [`${heading}\n${lines.join('')}`];
  });
  return sections.join('\n');
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
