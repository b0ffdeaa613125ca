import { join, resolve } from 'node:path';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { isAlive, isForbidden } from '../../adapters/process/own.js';
import { statIfThere } from '../../adapters/stat-if-there.js';
import { findState } from '../../adapters/state/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { visible } from '../../base/visible.js';
import { journalName } from '../../bundle/manifest.js';
import type { RunState } from '../../execute/state/state.js';
import { apply, initialState } from '../../execute/state/state.js';
import { mayHaveSessions } from '../../execute/teardown.js';
import { maxJournalBytes, readJournal } from '../../journal/read.js';
import type { ReadJournal } from '../../journal/read.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { isSealed } from '../evidence/bundle-there.js';
import { problemText, say } from '../io.js';
import { padded, widthOf } from '../../ui/width.js';
import { inState, shown } from '../shown.js';
import type { BoundDigests } from './reach-again.js';

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

export interface PastRun {
  readonly journal: ReadJournal;
  readonly state: RunState;
  readonly digests: BoundDigests;
}

/** Bounded, and of a regular file only: what stands in a bundle is anybody's. */
const journalOf = ({ bundle }: RunEntry): Promise<Result<Uint8Array, Problem>> =>
  bundleFiles(bundle).read(journalName, maxJournalBytes);

/** A journal folded, as far as it goes; null where there is none or it is damaged. */
export async function readRun(entry: RunEntry): Promise<PastRun | null> {
  const bytes = await journalOf(entry);
  const journal = bytes.ok ? readJournal(bytes.value) : bytes;
  if (!journal.ok) return null;
  const [first] = journal.value.records;
  if (first?.type !== 'run_planned') return null;
  try {
    const state = initialState(first.outline);
    for (const record of journal.value.records) apply(state, record);
    const digests = { plan: first.plan_digest, binding: first.binding_digest };
    return { journal: journal.value, state, digests };
  } catch {
    // What no run writes: somebody made it up.
    return null;
  }
}

/** Whether the journal has a record; before the first one nothing of a run exists but its folder. */
export async function hasBegun(entry: RunEntry): Promise<boolean> {
  const bytes = await journalOf(entry);
  if (bytes.ok) return bytes.value.includes(0x0a);
  try {
    return (await statIfThere(join(entry.bundle, journalName))) !== null;
  } catch (error) {
    // No file can have that name; anything else may hide one.
    return (error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG';
  }
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

/** `state` is the folder in which it was looked for. */
export const runUnknown = (id: string, state: string): Problem => ({
  code: 'RUN_UNKNOWN',
  message: `no run ${id} in ${resolve(state)}`,
  // Most often the run is another state folder's, and the list of this one would not help.
  next: `gatebook runs${inState(state)}   lists those of this state folder; --state DIR names another`,
});

/** What the state folder knows of the run, whatever became of the others'. */
export async function entryOf(state: StateFolder, id: string): Promise<Result<RunEntry, Problem>> {
  const found = await state.find(id);
  if (!found.ok) return found;
  return found.value === null ? err(runUnknown(id, state.path)) : ok(found.value);
}

/** Why a run can't be finished or void: it isn't known, what is known of it can't be read, or it is at work. */
export const exitWithout = ({ code }: Problem): 2 | 4 | 6 =>
  code === 'RUN_UNKNOWN' ? 2 : code === 'STATE_IO' ? 4 : 6;

export interface RunsOptions {
  readonly json: boolean;
  readonly state: string;
}

/** Journals that are read together: thousands would take more open files than there may be. */
const atOnce = 32;

/** `gatebook runs`: oldest first; the unfinished ones say what to do. */
export async function runsCommand(options: RunsOptions): Promise<number> {
  const state = await findState(options.state);
  if (!state.ok) return failed(problemText(state.error));
  const found = state.value === null ? ok([]) : await runsIn(state.value);
  if (!found.ok) return failed(problemText(found.error));
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
  const runs: ListedRun[] = [];
  for (let from = 0; from < entries.value.length; from += atOnce)
    runs.push(...(await Promise.all(entries.value.slice(from, from + atOnce).map(listing))));
  return ok(runs);
}

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
    ...(reason === null ? (holds ? ['HOLDS ITS TARGET'] : []) : [`VOID (${visible(reason)})`]),
  ].join(', ');

async function failed(text: string): Promise<number> {
  await say(process.stderr, text);
  return 4;
}
