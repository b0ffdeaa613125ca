import { shellScriptIndex } from '../../kinds/shell.js';
import type { Argument, Invocation, ShellText } from './code.js';
import { interpreters, programOf, shells } from './programs.js';
import type { Rule, RuleContext } from '../rule.js';
import { readsProgram } from './shell/program-text.js';
import type { Pipeline } from './shell/syntax.js';

/** What is reviewed is what runs: nothing is fetched and run, nothing is put together and run. */
export const nothingRunsUnseen: Rule = {
  name: 'nothing-runs-unseen',
  check(context) {
    for (const text of context.code.shells)
      for (const pipeline of text.script.pipelines) piped(pipeline, text, context);
    for (const invocation of context.code.invocations) made(invocation, context);
  },
};

const fetches = /^(?:curl|wget|fetch|aria2c|ssh|scp|nc)$/;

/** `… | sh`; other interpreters only behind what fetches, for they also read data. */
function piped({ members }: Pipeline, { locate, use }: ShellText, { report }: RuleContext): void {
  const programs = members.map(programOf);
  for (const [index, words] of programs.entries()) {
    const [program = '', ...rest] = words;
    const reads = interpreters.test(program) && readsProgram(words);
    const bare = program === 'psql' && rest.every((word) => /^-[a-z]*$/.test(word));
    if (index === 0 || !(reads || bare)) continue;
    const before = programs.slice(0, index);
    if (!shells.test(program) && !before.some(([name = '']) => fetches.test(name))) continue;
    const [first, last] = [members[0], members[index]];
    if (first === undefined || last === undefined) continue;
    report({
      ...finding(`${program} runs what comes out of ${before.at(-1)?.[0] ?? 'a pipe'}`),
      at: locate(first.start, last.end),
      within: use.within,
    });
  }
}

function made(invocation: Invocation, { report }: RuleContext): void {
  const { program, words, use, shell } = invocation;
  const found = shell === undefined ? null : madeText(program, words);
  if (found !== null) report({ ...finding(found.message), at: found.word.at, within: use.within });
}

function madeText(program: string, words: readonly Argument[]): { word: Argument; message: string } | null {
  const [first, second] = words;
  if (program === 'eval' && first !== undefined)
    return { word: first, message: 'eval runs text that is made on the way' };
  if ((program === '.' || program === 'source') && second?.text.startsWith('<(') === true)
    return { word: second, message: `${program} runs what comes out of a command` };
  if (!shells.test(program)) return null;
  const file = words.find((word) => word.text.startsWith('<('));
  if (file !== undefined) return { word: file, message: `${program} runs what comes out of a command` };
  const index = shellScriptIndex(words.map((word) => word.text));
  const text = index === null ? undefined : words[index];
  return text?.open === true && /^[$`]/.test(text.text)
    ? { word: text, message: `${program} -c runs text that is made on the way` }
    : null;
}

const finding = (message: string) => ({
  code: 'GB2703',
  message,
  reason: "it isn't in the plan, so nobody has reviewed it",
  fix: 'put it into a file of the project, and run that: script: {file: …, sha256: …}',
});
