import { isList } from '../../base/value.js';
import { showTemplate } from '../../model/template.js';
import type { Invocation, ShellText } from './code.js';
import { argument } from '../kinds.js';
import { alwaysSucceeds, programOf } from './programs.js';
import type { Finding, Rule, RuleContext } from '../rule.js';
import type { Link, Pipeline } from './shell/syntax.js';

/** A failure that nobody would see: swallowed by `|| true`, by a last `exit 0`, by codes that all count as good. */
export const failuresAreSeen: Rule = {
  name: 'failures-are-seen',
  check(context) {
    const { code, locate, report } = context;
    for (const text of code.shells) lookAtText(text, context);
    for (const invocation of code.invocations) lookAtBuiltin(invocation, context);
    for (const { args, path, within } of code.uses) {
      const codes = argument(showTemplate(args), 'ok_codes');
      if (!isList(codes) || new Set(codes).size < everything) continue;
      report({
        ...finding('every exit code counts as good'),
        at: locate([...path, 'ok_codes']),
        fix: 'name those that are expected',
        within,
      });
    }
  },
};

/** What no list of expected codes comes near; above 125 a shell tells of programs that it couldn't run. */
const everything = 100;

function lookAtText({ script, errexit, locate, use }: ShellText, { report }: RuleContext): void {
  const { pipelines } = script;
  const waits = pipelines.some(({ members }) => members.some((simple) => programOf(simple)[0] === 'wait'));
  for (const [index, pipeline] of pipelines.entries()) {
    const [first, last] = [pipeline.members[0], pipeline.members.at(-1)];
    if (first === undefined || last === undefined) continue;
    const place = { at: locate(first.start, last.end), within: use.within };
    if (pipeline.after === '&' && !waits) {
      const message = 'it runs in the background, and nothing waits for it';
      report({ ...finding(message), severity: 'warning', ...place });
    }
    const endsIt = index === pipelines.length - 1 && index > 0 && !errexit;
    const message = swallowed(pipeline, groupAround(pipelines, index, errexit), endsIt);
    if (message !== null) report({ ...finding(message), ...place });
  }
}

/** What follows the group behind `||` that this pipeline ends, and whose result is its own; null where it ends none. */
function groupAround(pipelines: readonly Pipeline[], index: number, errexit: boolean): Link | null {
  const last = pipelines[index];
  if (last?.around !== '||' || last.before === '&&') return null;
  let first = index;
  while (pipelines[first]?.before !== '' && first > 0) first--;
  // With `set -e` what fails before it in the group ends the shell.
  const seen = errexit && !pipelines.slice(first, index).every(saysOnly);
  return seen ? null : (pipelines[index + 1]?.after ?? '');
}

const saysOnly = ({ members }: Pipeline): boolean => members.every((one) => alwaysSucceeds(programOf(one)));

function swallowed(
  { members, before, after, depth }: Pipeline,
  group: Link | null,
  endsIt: boolean,
): string | null {
  const [only] = members;
  if (only === undefined || members.length > 1 || !alwaysSucceeds(programOf(only))) return null;
  const words = programOf(only).join(' ');
  const hides = group === null ? before === '||' && after !== '&&' : group !== '&&';
  if (hides) return `|| ${words} makes a failure a success`;
  const plain = /^(?:true|:|exit 0|return 0)$/.test(words);
  return endsIt && depth === 0 && before === ';' && plain
    ? `${words} at the end makes every failure before it a success`
    : null;
}

function lookAtBuiltin({ program, words, use, shell }: Invocation, { report }: RuleContext): void {
  const [first, second, third] = words;
  if (shell === undefined || first === undefined || second === undefined) return;
  const unset =
    program === 'set' &&
    (/^\+[a-z]*e/.test(second.text) || (second.text === '+o' && third?.text === 'errexit'));
  if (unset) report({ ...finding('set +e goes on after a failure'), at: second.at, within: use.within });
  if (program === 'trap' && /\bexit 0\b/.test(second.text))
    report({ ...finding('a trap that ends with 0, whatever happened'), at: second.at, within: use.within });
}

const finding = (message: string): Omit<Finding, 'at'> => ({
  code: 'GB2706',
  message,
  reason: 'the run would go on and report success',
  fix: 'let it fail, and say what may fail: ok_codes: […], expect_error, or a gate with on_fail: record',
});
