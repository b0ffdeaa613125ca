import { listed } from '../../../base/words.js';
import { err, ok } from '../../../base/result.js';
import { alreadyGone } from '../../../ports/docker.js';
import type { ActionContext, ActionExecutor, KindProblem, LedgerEntry } from '../../executor.js';
import type { Args } from './schema.js';

/** Everything under these names that isn't gone, newest first: a thing is undone before what it stands on. */
function namedEntries(names: readonly string[], { ledger }: ActionContext): readonly LedgerEntry[] {
  return ledger
    .entries()
    .filter((e) => names.includes(e.name) && e.state !== 'destroyed')
    .reverse();
}

/** What another hand had removed is gone too, and who reads the report should know. */
function words(destroyed: readonly string[], missed: readonly string[]): string {
  const parts = [
    ...(destroyed.length === 0 ? [] : [`${listed(destroyed)} destroyed`]),
    ...(missed.length === 0
      ? []
      : [`${listed(missed)} ${alreadyGone}, removed by something else than this run`]),
  ];
  return parts.length === 0 ? 'there was nothing to destroy' : parts.join('; ');
}

/** Attempts every one; a failure doesn't spare the rest. */
export const execute: ActionExecutor<Args> = async (names, context) => {
  const destroyed: string[] = [];
  const missed: string[] = [];
  const problems: { readonly entry: LedgerEntry; readonly problem: KindProblem }[] = [];
  for (const entry of namedEntries(names, context)) {
    const gone = await context.destroy(entry);
    if (gone.ok) {
      await context.ledger.destroyed(entry.resource, gone.value);
      (gone.value.includes(alreadyGone) ? missed : destroyed).push(entry.name);
    } else problems.push({ entry, problem: gone.error });
  }
  const [first] = problems;
  if (!first)
    return ok({
      outputs: { destroyed: [...destroyed, ...missed] },
      words: words(destroyed, missed),
    });
  return err({
    ...first.problem,
    message: problems.map(({ entry, problem }) => `${entry.name} is left: ${problem.message}`).join('; '),
  });
};
