import type { ShellText } from './code.js';
import { alwaysSucceeds, noticesNothing, programOf } from './programs.js';
import type { Rule, RuleContext } from '../rule.js';
import type { Pipeline } from './shell/syntax.js';

/** The last member of a pipeline decides (POSIX, 2.9.2): where it can't fail, or knows nothing of the others. */
export const pipelinesCanFail: Rule = {
  name: 'pipelines-can-fail',
  check(context) {
    for (const text of context.code.shells) {
      if (text.pipefail) continue;
      for (const pipeline of text.script.pipelines) look(pipeline, text, context);
    }
  },
};

function look({ members }: Pipeline, { locate, use, isNested }: ShellText, { report }: RuleContext): void {
  const programs = members.map(programOf);
  const [first, last] = [members[0], members.at(-1)];
  const before = programs.slice(0, -1);
  if (first === undefined || last === undefined || before.every(alwaysSucceeds)) return;
  const name = programs.at(-1)?.[0] ?? 'the last';
  const lost = before.find(
    ([program, ...rest]) => /^[ef]?grep$/.test(program ?? '') && rest.some((w) => /^-[a-zA-Z]*[cq]/.test(w)),
  );
  // Of a substitution only the text is asked for; its result is lost in most places anyway.
  if (!isNested && (noticesNothing(programs.at(-1) ?? []) || lost !== undefined)) {
    report({
      code: 'GB2704',
      message:
        lost === undefined
          ? `${name} ends a pipeline that always succeeds`
          : `grep's answer is lost in a pipeline`,
      at: locate(last.start, last.end),
      reason: `the last member decides, and ${before[0]?.[0] ?? 'the first'} may have failed`,
      fix: 'run the first by itself with exec, and look at its stdout in expect; or set -o pipefail (bash)',
      within: use.within,
    });
    return;
  }
  report({
    code: 'GB2705',
    severity: 'warning',
    message: `only the last of this pipeline is looked at`,
    at: locate(first.start, last.end),
    reason: `whether ${before[0]?.[0] ?? 'the first'} failed is not seen`,
    fix: 'set -o pipefail (bash), or run each by itself',
    within: use.within,
  });
}
