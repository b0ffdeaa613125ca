import { rmdir } from 'node:fs/promises';
import type { RunId } from '../../base/ids.js';
import type { Refusal } from '../../bind/index.js';
import type { RunState } from '../../execute/state/state.js';
import type { BoundTarget } from '../../model/binding.js';
import type { StateFolder } from '../../ports/state.js';
import { targetClaim } from '../../ports/state.js';
import { claimRefusal } from './claim-refusal.js';
import type { Admission } from '../running/admit.js';

/**
 * The claim on each existing server that the run is bound to, whichever runbook names it; a run that fails after a
 * change on production keeps them. A rehearsal touches none, a dry run changes nothing.
 */
export async function claimTargets(
  { id, mode, bound }: Admission,
  state: StateFolder,
): Promise<Refusal | null> {
  if (mode !== 'live') return null;
  for (const name of claimNames(bound.binding.targets)) {
    const claimed = await state.claim(name, id);
    if (!claimed.ok) return claimRefusal(claimed.error, state.path);
  }
  return null;
}

/** Sorted, each once; by the cluster's own identifier where it is declared, else by where it is reached. */
function claimNames(targets: Readonly<Record<string, BoundTarget>>): readonly string[] {
  const names = Object.values(targets)
    .filter(({ via, standIn }) => (via === 'url' || via === 'docker') && !standIn)
    .map(({ identity, host, port, database, container }) => {
      const server = identity.system_identifier ?? container?.id ?? `${host}:${port}`;
      return `${targetClaim}${server}/${identity.database ?? database}`;
    });
  return [...new Set(names)].sort();
}

/**
 * What a sealed run gives back. After a failure that followed a change on production its targets stay claimed,
 * however often it is torn down, until it is declared void.
 */
export async function giveBack(
  state: StateFolder,
  run: RunId,
  ended: RunState,
): ReturnType<StateFolder['release']> {
  // A folder in which nothing was kept goes; one that holds something isn't removed this way.
  await rmdir(state.artifacts(run)).catch(() => undefined);
  return ended.compensation?.scope === 'production' ? state.hold(run) : state.release(run);
}
