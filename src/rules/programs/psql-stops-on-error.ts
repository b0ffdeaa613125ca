import type { Invocation } from './code.js';
import { psqlOptions, type PsqlOption } from './psql.js';
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

/** It runs no SQL of ours. */
const asks = new Set(['l', 'V', '?']);

/** One `-c` alone decides the exit code; of several only the last does. */
function stops({ words }: Invocation): boolean {
  const options = psqlOptions(words);
  const sets = ({ letter, value }: PsqlOption): boolean =>
    letter === 'v' && /^ON_ERROR_STOP=(?:1|on|true|yes)$/i.test(value?.text ?? '');
  if (options.some((option) => asks.has(option.letter) || sets(option))) return true;
  const count = (wanted: string): number => options.filter(({ letter }) => letter === wanted).length;
  return count('c') === 1 && count('f') === 0;
}
