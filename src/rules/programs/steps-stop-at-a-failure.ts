import type { ShellText } from './code.js';
import { alwaysSucceeds, programOf } from './programs.js';
import type { Rule } from '../rule.js';
import { isSet } from './shell/interpreter.js';
import type { Pipeline } from './shell/syntax.js';

/** In a shell's text a command follows whatever became of the one before, unless it says `set -e`. */
export const stepsStopAtAFailure: Rule = {
  name: 'steps-stop-at-a-failure',
  check({ code, report }) {
    for (const text of code.shells) {
      const unseen = text.errexit || text.isNested ? undefined : firstUnseen(text);
      const [first, last] = [unseen?.members[0], unseen?.members.at(-1)];
      if (unseen === undefined || first === undefined || last === undefined) continue;
      report({
        code: 'GB2708',
        severity: 'warning',
        message: `what follows runs also when ${programOf(last)[0] ?? 'this'} failed`,
        at: text.locate(first.start, last.end),
        reason: 'only the last command decides',
        fix: 'begin with set -e, join them with &&, or make each an action of its own',
        within: text.use.within,
      });
    }
  },
};

const harmless =
  /^(?:set|trap|export|readonly|local|declare|typeset|umask|shift|unset|exit|return|break|continue|wait|shopt)$/;

function firstUnseen({ script }: ShellText): Pipeline | undefined {
  const { pipelines } = script;
  return pipelines.find(({ condition, members, subshell }, index) => {
    if (subshell > 0 && isSet(script, 'errexit', subshell)) return false;
    const last = members.at(-1);
    const words = last === undefined || condition ? [] : programOf(last);
    const [program] = words;
    if (program === undefined || alwaysSucceeds(words) || harmless.test(program)) return false;
    const next = followerOf(pipelines, index);
    return next !== undefined && !looksAtStatus(next);
  });
}

/** What runs next whatever the result was; the last of a branch hands its result to the whole. */
function followerOf(pipelines: readonly Pipeline[], from: number): Pipeline | undefined {
  let at = from;
  for (let pipeline = pipelines[at]; pipeline?.endsBlock === true; pipeline = pipelines[at]) {
    const { depth } = pipeline;
    at = pipelines.findIndex((p, index) => index > at && p.depth < depth);
    if (at === -1) return undefined;
  }
  return pipelines[at]?.after === ';' ? pipelines[at + 1] : undefined;
}

const looksAtStatus = ({ members }: Pipeline): boolean =>
  members.some(({ words, assignments }) =>
    [...words, ...assignments].some((word) => word.text.includes('$?')),
  );
