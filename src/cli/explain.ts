import { asExample, explain, explanations } from '../explain/index.js';
import { nearest } from '../text/suggest.js';
import { problemText, say } from './io.js';

/** `gatebook explain CODE`: what it means, why it matters, and an example of each kind. */
export async function explainCommand(code: string): Promise<number> {
  const found = explain(code);
  if (found === undefined) {
    const meant = nearest(
      code,
      explanations.map((e) => e.code),
    );
    const next = meant === undefined ? 'docs/codes.md lists them' : `gatebook explain ${meant}`;
    await say(process.stderr, problemText({ code: 'USAGE', message: `there is no code ${code}`, next }));
    return 2;
  }
  const { title, explanation, wrong, right } = found;
  const example = (name: string, of: typeof wrong): string =>
    of === undefined ? '' : `\n${name}\n\n${indent(asExample(of).text)}\n`;
  await say(
    process.stdout,
    `${found.code}  ${title}\n\n${explanation}\n${example('Wrong', wrong)}${example('Right', right)}`,
  );
  return 0;
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
