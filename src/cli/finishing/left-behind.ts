import { valueMap } from '../../base/value.js';
import type { Containment } from '../../adapters/process/containment.js';
import { remaining } from '../../execute/state/ledger.js';
import type { RunState } from '../../execute/state/state.js';
import { endSessionsOn, mayHaveSessions } from '../../execute/teardown.js';
import { evaluateTemplate } from '../../expression/index.js';
import { createRedactor } from '../../journal/redact.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { BoundDigests } from './reach-again.js';
import { reachAgain, readBound, secretsAgain } from './reach-again.js';
import { worldOf } from './reopen.js';

/** A run whose bundle is sealed, and what its journal says. */
interface Sealed {
  readonly state: RunState;
  readonly digests: BoundDigests;
  readonly containment: Containment;
  readonly folder: StateFolder;
  /** This very call has waited for its sessions already, to seal it: a look is enough. */
  readonly waited: boolean;
}

const lookMs = 2_000;

/** One thing that a sealed run had left, and what became of it now. */
interface Swept {
  readonly words: string;
  readonly gone: boolean;
}

/** What the ledger of a sealed run still holds is destroyed. */
export async function destroyLeft(entry: RunEntry, { state, containment, folder }: Sealed): Promise<Swept[]> {
  const world = worldOf(containment, { state: folder, run: entry.id });
  const swept: Swept[] = [];
  for (const resource of remaining(state.resources.values())) {
    const gone = await world.destroy(resource);
    const words = gone.ok ? gone.value : `still there: ${gone.error.message}`;
    swept.push({ words: `${resource.name}: ${words}`, gone: gone.ok });
  }
  return swept;
}

/** Sessions that nobody could prove gone when it was sealed are ended where their server can be reached now. */
export async function endLeft(entry: RunEntry, sealed: Sealed): Promise<Swept[]> {
  if (!mayHaveSessions(sealed.state)) return [];
  const bound = await readBound(entry, sealed.digests);
  if (!bound.ok) return [{ words: `sessions: ${bound.error.message}`, gone: false }];
  const redactor = createRedactor();
  const of = { state: sealed.folder, run: entry.id };
  const world = worldOf(sealed.containment, of, redactor, bound.value.binding.docker?.host);
  const values = valueMap([
    ['secrets', secretsAgain(entry, bound.value, { state: sealed.folder, redactor })],
  ]);
  const targets = await reachAgain(entry, bound.value, {
    ...{ world, redactor },
    evaluate: (template) => evaluateTemplate(template, values),
  });
  targets.embargo(sealed.state.embargoed);
  const wait = sealed.waited ? { timeoutMs: lookMs } : {};
  for (const [, connection, whose] of targets.connections())
    if (whose === 'own') await endSessionsOn(world, entry.id, connection, { whose, ...wait });
  const swept: Swept[] = [];
  for (const [name, server] of targets.outlasting()) {
    const ended = await endSessionsOn(world, entry.id, server, { whose: 'all', ...wait });
    const words = ended.ok ? 'none is left' : `not proved gone: ${ended.error.message}`;
    swept.push({ words: redactor.redact(`sessions on ${name}: ${words}`), gone: ended.ok });
  }
  await world.bridges.closeAll();
  return swept;
}
