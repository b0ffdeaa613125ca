import type { Invocation } from './code.js';
import type { Rule } from '../rule.js';

/** Without ON_ERROR_STOP psql goes on after an error, and its exit code is 0 (psql, "Exit Status"). */
export const psqlStopsOnError: Rule = {
  name: 'psql-stops-on-error',
  check({ code, report }) {
    for (const invocation of code.invocations) {
      const { program, words, use } = invocation;
      const [first] = words;
      if (program !== 'psql' || first === undefined || stops(invocation)) continue;
      report({
        code: 'GB2711',
        message: 'psql without ON_ERROR_STOP',
        at: first.at,
        reason: 'it goes on after an error, and its exit code is 0',
        fix: 'add -v ON_ERROR_STOP=1 -X, or use sql: {target: …}',
        within: use.within,
      });
    }
  },
};

const command = /^(?:-[A-Za-z0-9]*c|--command(?:=.*)?)$/;
const file = /^(?:-[A-Za-z0-9]*f|--file(?:=.*)?)$/;
/** It runs no SQL of ours. */
const asks = /^(?:-l|--list|-V|--version|-\?|--help(?:=.*)?)$/;

/** One `-c` alone decides the exit code; of several only the last does. */
function stops({ words }: Invocation): boolean {
  const texts = words.slice(1).map((word) => word.text);
  if (texts.some((text) => /ON_ERROR_STOP=(?:1|on|true|yes)$/i.test(text) || asks.test(text))) return true;
  return texts.filter((text) => command.test(text)).length === 1 && !texts.some((text) => file.test(text));
}
