import { isAlive, isForbidden } from '../../adapters/process/own.js';
import { findState } from '../../adapters/state/index.js';
import { fewAtOnce } from '../../base/few-at-once.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { cut, visible } from '../../base/visible.js';
import { mayHaveSessions } from '../../execute/teardown.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { padded, widthOf } from '../../ui/width.js';
import { isSealed } from '../evidence/bundle-there.js';
import { problemText, say, tell } from '../io.js';
import { inState, shown } from '../shown.js';
import { hasBegun, readRun } from './past-run.js';

/** A run as `gatebook runs` lists it. */
export interface ListedRun {
  readonly id: string;
  readonly runbook: string;
  readonly state: 'sealed' | 'running' | 'unfinished' | 'incomplete' | 'not_begun' | 'unreadable';
  readonly verdict: string | null;
  readonly bundle: string;
  /** Why it was declared void; null where it wasn't. */
  readonly void: string | null;
  /** Whether it keeps a target that it changed, until it is void. */
  readonly holds: boolean;
}

type Found = Omit<ListedRun, 'void' | 'holds'>;

async function listed(entry: RunEntry, cleared: boolean): Promise<Found> {
  const { id, runbook, bundle } = entry;
  const run = await readRun(entry);
  if (run === null) {
    const state = (await hasBegun(entry)) ? 'unreadable' : cleared ? 'not_begun' : await atWorkOrDead(entry);
    return { id, runbook, bundle, state, verdict: null };
  }
  const ended = run.journal.records.findLast((record) => record.type === 'run_ended');
  if (ended?.type !== 'run_ended' || !isSealed(bundle)) {
    return { id, runbook, bundle, state: await atWorkOrDead(entry), verdict: null };
  }
  const leaked = [...run.state.resources.values()].some((resource) => resource.state === 'leaked');
  const left = !cleared && (leaked || mayHaveSessions(run.state));
  return { id, runbook, bundle, state: left ? 'incomplete' : 'sealed', verdict: ended.verdict };
}

async function atWorkOrDead({ process: runner }: RunEntry): Promise<'running' | 'unfinished'> {
  try {
    return (await isAlive(runner)) === true ? 'running' : 'unfinished';
  } catch (error) {
    // Which of them it is, `teardown` asks again, and refuses where it isn't told.
    if (isForbidden(error)) return 'unfinished';
    throw error;
  }
}

export interface RunsOptions {
  readonly json: boolean;
  readonly state: string;
}

/** `gatebook runs`: oldest first; the unfinished ones say what to do. */
export async function runsCommand(options: RunsOptions): Promise<number> {
  const state = await findState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  const found = state.value === null ? ok([]) : await runsIn(state.value);
  if (!found.ok) return tell(problemText(found.error), 4);
  const runs = found.value;
  if (options.json) {
    await say(process.stdout, `${JSON.stringify(runs, null, 2)}\n`);
    return 0;
  }
  if (runs.length === 0) await say(process.stderr, 'no run yet\n');
  await say(process.stdout, runLines(runs));
  const again = inState(options.state);
  for (const run of runs.filter(({ state }) => state === 'unfinished' || state === 'incomplete')) {
    await say(process.stderr, `next     gatebook teardown ${run.id}${again}\n`);
  }
  for (const run of runs.filter(({ holds }) => holds)) {
    await say(
      process.stderr,
      `next     gatebook void ${run.id} --reason TEXT${again}    gives back the target it changed\n`,
    );
  }
  return 0;
}

async function runsIn(state: StateFolder): Promise<Result<readonly ListedRun[], Problem>> {
  const entries = await state.runs();
  if (!entries.ok) return entries;
  const voided = await state.controls.voided();
  if (!voided.ok) return voided;
  const claims = await state.claims();
  if (!claims.ok) return claims;
  const listing = async (entry: RunEntry): Promise<ListedRun> => ({
    ...(await listed(entry, state.isCleared(entry.id))),
    void: voided.value.find(({ run }) => run === entry.id)?.reason ?? null,
    holds: claims.value.some(({ run, held }) => held && run === entry.id),
  });
  return ok(await fewAtOnce(entries.value, listing));
}

/** As wide as the longest of them each line is; `--json` has it whole. */
const longestReason = 40;

/** A line a run, in columns. */
export function runLines(runs: readonly ListedRun[]): string {
  const rows = runs.map((run) => [run.id, run.runbook, howItEnded(run), visible(shown(run.bundle))]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const cell = (text: string, column: number): string => padded(text, widths[column] ?? widthOf(text));
  return rows.map((row) => `${row.map(cell).join('  ')}\n`).join('');
}

const howItEnded = ({ verdict, state, void: reason, holds }: ListedRun): string =>
  [
    verdict ?? state.toUpperCase(),
    ...(state === 'incomplete' ? ['NOT ALL GONE'] : []),
    ...(reason === null
      ? holds
        ? ['HOLDS ITS TARGET']
        : []
      : [`VOID (${cut(visible(reason), longestReason)})`]),
  ].join(', ');
