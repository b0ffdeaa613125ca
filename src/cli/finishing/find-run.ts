import { resolve } from 'node:path';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { inState } from '../shown.js';

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
