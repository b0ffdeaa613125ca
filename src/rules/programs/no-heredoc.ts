import type { ShellText } from './code.js';
import type { Finding, Rule } from '../rule.js';
import type { Pipeline, Simple } from './shell/syntax.js';
import { innerProgram } from './shell/wrappers.js';

/**
 * Text of several lines is a file that is pinned. A heredoc of a pinned script is a part of it; it is a smell there
 * where the shell expands it, and a mistake where it goes to another machine or takes the place of an input.
 */
export const noHeredoc: Rule = {
  name: 'no-heredoc',
  check({ code, report }) {
    for (const text of code.shells) {
      const [worst] = text.script.pipelines
        .flatMap((pipeline) => heredocsOf(pipeline, text))
        .sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
      if (worst !== undefined) report(worst);
    }
  },
};

const finding = (message: string): Omit<Finding, 'at'> => ({
  code: 'GB2702',
  message,
  reason: 'the shell expands it on its way, and it takes the place of any other input',
  fix: 'put the text into a file of the project, and pin it: script, sql; or use the stdin of exec',
});

function heredocsOf({ members }: Pipeline, { use, locate }: ShellText): readonly Finding[] {
  return members.flatMap((simple, index) =>
    simple.redirections.flatMap(({ target, start, end }) => {
      if (target?.heredoc === undefined) return [];
      const at = locate(start, end);
      const { within } = use;
      if (isRemote(simple)) return [{ ...finding('a heredoc for another machine'), at, within }];
      if (index > 0 || simple.redirections.some((r) => /^0?<$/.test(r.operator)))
        return [{ ...finding('a heredoc takes the place of another input'), at, within }];
      if (use.kind === 'exec') return [{ ...finding('a heredoc'), at, within }];
      return target.heredoc.expands
        ? [{ ...finding('the shell expands a heredoc'), severity: 'warning' as const, at, within }]
        : [];
    }),
  );
}

const isRemote = ({ words }: Simple): boolean =>
  words[0]?.text === 'ssh' || innerProgram(words.map((word) => word.text))?.shell === true;
