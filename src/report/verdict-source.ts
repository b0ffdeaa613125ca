import type { Report } from './schema.js';

/** What lowered the verdict of a run in which nothing went wrong; null where something did, or nothing was lowered. */
export type VerdictSource = 'recorded' | 'nothing ran' | 'declared';

const isDone = (state: string): boolean => state === 'passed' || state === 'skipped';
const isUnclear = (state: string): boolean =>
  ['failed', 'error', 'cancelled', 'not_evaluated'].includes(state);

export function verdictSource(
  report: Pick<Report, 'cause' | 'commands' | 'gates' | 'teardown' | 'verdict'>,
): VerdictSource | null {
  const { cause, commands, gates, teardown, verdict } = report;
  if (cause !== null || (verdict !== 'PARTIAL' && verdict !== 'FAIL')) return null;
  if (teardown.status === 'incomplete' || !commands.every(({ state }) => isDone(state))) return null;
  if (gates.some(({ state }) => isUnclear(state))) return null;
  if (verdict === 'FAIL') return 'declared';
  if (gates.some(({ state }) => state === 'recorded')) return 'recorded';
  return commands.some(({ state }) => state === 'passed') ? 'declared' : 'nothing ran';
}
