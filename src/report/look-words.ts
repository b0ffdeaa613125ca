import type { ReportGate } from './commands.js';

/**
 * What a gate does to observe, to follow its name: a probe's words say what it looks at, but for a program, which it
 * runs, and a query, which it asks of a target.
 */
export function lookWords(probeWords: string, queryBelow = false): string {
  if (probeWords.startsWith('runs ')) return probeWords;
  const [, target, query] = /^on (\S+): ([^]*)$/.exec(probeWords) ?? [];
  if (target === undefined) return `looks at ${probeWords}`;
  return queryBelow ? `asks ${target} by the query below` : `asks ${target}: ${query ?? ''}`;
}

const onFail: Readonly<Record<ReportGate['on_fail'], string>> = {
  abort: 'the run stops, teardown only',
  'hard-abort': 'the run stops at once and the targets it names are embargoed',
  fail: 'the run goes on and fails',
  record: 'the run goes on and is PARTIAL at best',
  note: 'the run goes on and notes it',
};
/** Nothing stops a teardown. */
const inTeardown: typeof onFail = {
  ...onFail,
  abort: 'the rest of the teardown is done all the same, and the run fails',
  'hard-abort':
    'no further session on the targets it names; the rest of the teardown is done, and the run fails',
};

/** What happens where a gate does not hold. */
export const failWords = ({ phase, on_fail }: ReportGate): string =>
  (phase === 'teardown' ? inTeardown : onFail)[on_fail];
