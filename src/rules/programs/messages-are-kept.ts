import { programOf } from './programs.js';
import type { Rule } from '../rule.js';
import type { Redirection, Simple } from './shell/syntax.js';

/** Error messages are evidence: the runner bounds, redacts and keeps them. */
export const messagesAreKept: Rule = {
  name: 'messages-are-kept',
  check({ code, report }) {
    for (const { script, locate, use } of code.shells) {
      for (const { members, condition } of script.pipelines) {
        if (condition) continue;
        for (const simple of members) {
          const thrown = thrownAway(simple);
          if (thrown === undefined || /^(?:command|type|which)$/.test(programOf(simple)[0] ?? '')) continue;
          report({
            code: 'GB2707',
            severity: 'warning',
            message: 'error messages are thrown away',
            at: locate(thrown.start, thrown.end),
            reason: 'why it failed could be read nowhere',
            fix: 'leave them: they are bounded, redacted and kept in logs/',
            within: use.within,
          });
        }
      }
    }
  },
};

const into = (redirection: Redirection, operator: RegExp): boolean =>
  operator.test(redirection.operator) && redirection.target?.text === '/dev/null';

/** `2>/dev/null`, `&>/dev/null`, `2>&-`, and `>/dev/null 2>&1`; in the other order only the output goes. */
function thrownAway({ redirections }: Simple): Redirection | undefined {
  const plainly = redirections.find(
    (r) => into(r, /^(?:2>>?|2>\||&>>?|>&)$/) || (r.operator === '2>&' && r.target?.text === '-'),
  );
  if (plainly !== undefined) return plainly;
  const output = redirections.findIndex((r) => into(r, /^1?>>?$/));
  const errors = redirections.findIndex((r) => r.operator === '2>&' && r.target?.text === '1');
  return output !== -1 && errors > output ? redirections[errors] : undefined;
}
