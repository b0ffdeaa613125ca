import { join } from 'node:path';
import { bundleFiles } from '../../adapters/bundle/files.js';
import { errno } from '../../adapters/errno.js';
import { statIfThere } from '../../adapters/stat-if-there.js';
import type { Result } from '../../base/result.js';
import { journalName } from '../../bundle/manifest.js';
import type { RunState } from '../../execute/state/state.js';
import { apply, initialState } from '../../execute/state/state.js';
import { maxJournalBytes, readJournal } from '../../journal/read.js';
import type { ReadJournal } from '../../journal/read.js';
import type { RunEntry } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import type { BoundDigests } from './reach-again.js';

/** What the journal of a run tells, folded. */
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
    return errno(error) !== 'ENAMETOOLONG';
  }
}
