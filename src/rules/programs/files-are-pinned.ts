import { showTemplate } from '../../model/template.js';
import type { Argument, Invocation } from './code.js';
import { argument } from '../kinds.js';
import { interpreters, shells } from './programs.js';
import { psqlOptions } from './psql.js';
import type { Rule, RuleContext } from '../rule.js';
import { readsProgram, takesOption } from './shell/program-text.js';

/** Scripts and SQL files are part of the plan: an interpreter isn't handed a file that may be another tomorrow. */
export const filesArePinned: Rule = {
  name: 'files-are-pinned',
  check(context) {
    const made = placedFiles(context);
    for (const invocation of context.code.invocations) {
      if (invocation.use.kind === 'script' && invocation.shell === undefined) continue;
      const file = fileOf(invocation);
      if (file === undefined || made.some((path) => file.text === path || file.text.startsWith(`${path}/`)))
        continue;
      context.report({
        code: 'GB2713',
        message:
          file === invocation.words[0]
            ? `${file.text} is run, and isn't pinned`
            : `${invocation.program} runs ${file.text}, which isn't pinned`,
        at: file.at,
        reason: 'what is reviewed is what runs',
        fix: 'make it script: {file: …, sha256: …} or sql: {file: …, sha256: …}',
        within: invocation.use.within,
      });
    }
  },
};

function fileOf(invocation: Invocation): Argument | undefined {
  const { program, words } = invocation;
  const [first, second] = words;
  if (first === undefined) return undefined;
  if (/^(?:\.{1,2}\/|\$\{\{ *run\.project *\}\}\/)/.test(first.text)) return first;
  if (program === '.' || program === 'source') return known(second);
  if (program === 'psql') {
    const options = psqlOptions(words);
    const file = options.find(({ letter }) => letter === 'f')?.value;
    const isGiven = file !== undefined || options.some(({ letter }) => letter === 'c');
    return known(isGiven ? file : handedOver(invocation));
  }
  if (!interpreters.test(program)) return undefined;
  const texts = words.map(({ text }) => text);
  return known(readsProgram(texts) ? handedOver(invocation) : scriptOperand(program, words));
}

/** `psql app < x.sql`: what it reads on its standard input, it runs. */
function handedOver({ shell }: Invocation): Argument | undefined {
  const target = shell?.simple.redirections.find(({ operator }) => /^0?<$/.test(operator))?.target;
  if (shell === undefined || target == null || target.text.startsWith('/dev/')) return undefined;
  const { text, start, end, expands: open, glob } = target;
  return { text, open, glob, at: shell.text.locate(start, end) };
}

/** Options behind which the text itself stands, or a module; and those after which nothing is run. */
const givesText = (program: string): RegExp =>
  shells.test(program)
    ? /^-[A-Za-z]*[cs][A-Za-z]*$|^--(?:command|version|help)$/
    : /^-[A-Za-z]*[cem]$|^-[pVhv]$|^--(?:eval|print|version|help)$/;

/** The first operand, unless an option gives the text itself or a module. */
function scriptOperand(program: string, words: readonly Argument[]): Argument | undefined {
  for (const [index, word] of words.entries()) {
    if (index === 0) continue;
    if (givesText(program).test(word.text) || (program === 'php' && word.text === '-r')) return undefined;
    if (takesOption.test(words[index - 1]?.text ?? '')) continue;
    if (!/^[-+]/.test(word.text)) return word;
  }
  return undefined;
}

/** What only the run knows (a file of its own folder) can't be pinned; a file of the project can. */
const known = (word: Argument | undefined): Argument | undefined =>
  word === undefined ||
  word.text === '-' ||
  word.text === '' ||
  (word.open && !/^\$\{\{ *run\.project *\}\}/.test(word.text))
    ? undefined
    : word;

/** Paths at which this runbook itself puts a file whose content it knows. */
function placedFiles({ places }: RuleContext): readonly string[] {
  return places.actions.flatMap(({ action }) => {
    const args = showTemplate(action.args);
    const mounts = argument(args, 'mounts');
    const inside = Array.isArray(mounts) ? mounts.map((m) => argument(m as never, 'to')) : [];
    const own =
      action.kind === 'docker.copy' || action.kind === 'write_file'
        ? [argument(args, 'path'), argument(args, 'to')]
        : [];
    return [...inside, ...own].filter(
      (path): path is string => typeof path === 'string' && path.startsWith('/'),
    );
  });
}
