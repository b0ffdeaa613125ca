import { capitalised, counted, countedInWords, inWords, listed } from '../../base/words.js';
import type { Report } from '../schema.js';

/** What happened, in a few sentences: gates, checks, what was left out, and whether all is gone. */
export function story(report: Report): string {
  const more =
    report.run.renderer < 2
      ? []
      : [checksSentence(report), skippedSentence(report), productionSentence(report)];
  return [...happened(report), ...more, teardownSentence(report)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

const results = ['PASS', 'PARTIAL', 'FAIL', 'SKIPPED', 'NOT RUN'] as const;

/** `All 12 checks PASS.`, `Checks: nine PASS, one FAIL.`; where nothing was to be checked by a run, nothing. */
function checksSentence({ checks, verdict, run }: Report): string {
  if (checks.length === 0 || verdict === 'REFUSED' || run.mode === 'dry-run') return '';
  const counts = results.map((result) => checks.filter((check) => check.result === result).length);
  if (counts[0] === checks.length)
    return checks.length === 1 ? 'The only check is PASS.' : `All ${inWords(checks.length)} checks PASS.`;
  const told = results
    .map((result, at) => [result, counts[at] ?? 0] as const)
    .filter(([, count]) => count > 0);
  return `Checks: ${told.map(([result, count]) => `${inWords(count)} ${result}`).join(', ')}.`;
}

const mostNamed = 4;

/** What a `when` left out is what a reader would take for done. */
function skippedSentence({ commands }: Report): string {
  const skipped = commands.filter(({ state }) => state === 'skipped');
  if (skipped.length === 0 || skipped.length > mostNamed) return '';
  return `Skipped: ${listed(skipped.map(({ id, title }) => `${id} ${title}`))}.`;
}

/** Actions that may change production; every other kind makes and changes what is the run's own. */
const reaching: ReadonlySet<string> = new Set(['sql', 'exec', 'script', 'manual']);

/** What a run that went wrong did to production; of a change that was begun and is no compensation's, nothing is known here. */
function productionSentence({ verdict, run, compensation, commands }: Report): string {
  const { production = [], mode } = run;
  if (mode !== 'live' || production.length === 0 || (verdict !== 'FAIL' && verdict !== 'ABORTED')) return '';
  if (compensation !== null) {
    const { kill_switch: engaged, escalate } = compensation;
    const state = engaged ? 'is engaged' : 'could NOT be engaged';
    return `Production had been changed; the kill switch ${state}. ${escalate ?? 'A person'} decides: see Compensation.`;
  }
  if (production.every(({ access }) => access === 'read')) return 'Sessions on production were read-only.';
  const begun = commands
    .flatMap(({ actions }) => actions)
    .some(
      ({ kind, effect, state }) =>
        reaching.has(kind) && effect !== 'observe' && state !== 'not_run' && state !== 'skipped',
    );
  return begun ? '' : 'No change was begun.';
}

/** The gates by how they ended. Only what happened is said. */
function happened({ gates, commands, verdict, run }: Report): string[] {
  const count = (state: Report['gates'][number]['state']) =>
    gates.filter((gate) => gate.state === state).length;
  const held = count('passed');
  const parts = [
    held > 0 ? `${countedInWords(held, 'gate')} held` : '',
    ...(
      [
        ['failed', 'did not hold'],
        ['error', 'could not be carried out'],
        ['noted', 'noted'],
        ['recorded', 'recorded'],
        ['cancelled', 'cancelled'],
        ['skipped', 'skipped'],
      ] as const
    ).map(([state, words]) => (count(state) > 0 ? `${inWords(count(state))} ${words}` : '')),
    verdict !== 'REFUSED' && count('not_evaluated') > 0
      ? `${inWords(count('not_evaluated'))} not ${run.mode === 'dry-run' ? 'looked at' : 'evaluated'}`
      : '',
  ].filter((part) => part !== '');
  if (verdict === 'REFUSED') return [`None of ${counted(commands.length, 'command')} was started.`];
  return parts.length === 0 ? ['No gate was evaluated.'] : [`${capitalised(parts.join(', '))}.`];
}

function teardownSentence({ teardown }: Report): string {
  const leaked = teardown.resources
    .filter((resource) => resource.state === 'leaked')
    .map((resource) => resource.name);
  switch (teardown.status) {
    case 'clean':
      return 'Teardown clean.';
    case 'not_needed':
      return '';
    case 'incomplete':
      return leaked.length === 0
        ? 'Teardown incomplete.'
        : `Teardown incomplete: ${listed(leaked)} left behind.`;
  }
}
