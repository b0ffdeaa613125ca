import { expressionsIn } from '../../model/template.js';
import type { Code, Use } from './code.js';
import { alwaysSucceeds, programOf } from './programs.js';
import type { Rule } from '../rule.js';

/** A gate whose program only says what is written in the gate looks at nothing. */
export const programsObserve: Rule = {
  name: 'programs-observe',
  check({ code, locate, report }) {
    for (const use of code.uses) {
      if (!use.isProbe || use.kind !== 'exec' || !saysWhatIsWritten(use, code)) continue;
      report({
        code: 'GB2104',
        message: "a gate that can't fail",
        at: locate([...use.path, 'argv']),
        reason: 'it says what stands here, and looks at nothing',
        fix: 'run what knows, and look at its exit code or stdout',
        within: use.within,
      });
    }
  },
};

function saysWhatIsWritten(use: Use, { shells, invocations }: Code): boolean {
  if (expressionsIn(use.args).length > 0) return false;
  const texts = shells.filter((text) => text.use === use);
  const simples = texts.flatMap(({ script }) => script.pipelines.flatMap(({ members }) => members));
  if (texts.length > 0)
    return simples.every((s) => alwaysSucceeds(programOf(s)) && !s.words.some((word) => word.expands));
  const [first] = invocations.filter((invocation) => invocation.use === use);
  return first !== undefined && alwaysSucceeds([first.program, ...first.words.slice(1).map((w) => w.text)]);
}
