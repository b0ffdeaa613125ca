import { join, resolve } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import type { Containment } from '../../adapters/process/containment.js';
import type { RunId } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { ok } from '../../base/result.js';
import { valueMap } from '../../base/value.js';
import type { Execution, World } from '../../execute/context.js';
import { Scope } from '../../execute/scope/scope.js';
import type { RunState } from '../../execute/state/state.js';
import type { Evaluate } from '../../execute/scope/targets.js';
import { evaluateTemplate } from '../../expression/index.js';
import type { ChainEnd } from '../../journal/append.js';
import type { Redactor } from '../../journal/redact.js';
import { createRedactor } from '../../journal/redact.js';
import type { RunFacts } from '../../kinds/executor.js';
import { localEngine } from '../../ports/docker.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import type { Ui } from '../../ui/index.js';
import { askPerson } from '../running/confirm.js';
import type { BoundDigests } from './reach-again.js';
import { reachAgain, readBound, secretsAgain } from './reach-again.js';
import { openRecording, runValues } from '../running/recording.js';
import { createWorld } from '../running/world.js';
import { temporaryFolder } from '../../adapters/temporary.js';

/**
 * Where a teardown of this run has its bridges: the run's own folder may be gone. One at a time tears a run down, so
 * what stands there is of one that was killed.
 */
export const bridgesOf = (state: StateFolder, run: RunId): string =>
  join(temporaryFolder(), `gb-b${state.seal(`bridges ${run}`).slice(0, 12)}`);

/** The adapters for a run of the past. */
export function worldOf(
  containment: Containment,
  { state, run }: { readonly state: StateFolder; readonly run: RunId },
  redactor: Redactor = createRedactor(),
  dockerHost = localEngine,
): World {
  const isSet = (name: string): boolean => process.env[name] !== undefined;
  return createWorld({
    containment,
    home: temporaryFolder(),
    work: bridgesOf(state, run),
    redactor,
    isSet,
    pinned: () => undefined,
    dockerHost,
    state,
    run,
    // What recovery does is teardown, which needs nobody's permission.
    permission: () => Promise.resolve(null),
    confirm: askPerson,
  });
}

interface Past {
  readonly state: RunState;
  readonly chain: ChainEnd;
  readonly digests: BoundDigests;
  readonly containment: Containment;
  readonly folder: StateFolder;
  readonly ui: Ui;
}

/** An execution as the journal left it: mode, plan and binding come from the bundle, never from the shell. */
export async function reopen(
  entry: RunEntry,
  past: Past,
): Promise<Result<Execution & { readonly close: () => Promise<void> }, Problem>> {
  const bound = await readBound(entry, past.digests);
  if (!bound.ok) return bound;
  const { plan, binding } = bound.value;
  const redactor = createRedactor();
  const of = { state: past.folder, run: entry.id };
  const world = worldOf(past.containment, of, redactor, binding.docker?.host);
  const recording = await openRecording({
    bundle: entry.bundle,
    state: past.state,
    redactor,
    ui: past.ui,
    from: past.chain,
  });
  if (!recording.ok) return recording;
  const { recorder, cancellation, close } = recording.value;
  const facts = factsOf(entry, past.state);
  const scope = new Scope({
    params: plan.params,
    data: plan.data,
    run: runValues(facts),
    secrets: secretsAgain(entry, bound.value, { state: past.folder, redactor }),
    keys: valueMap([]),
  });
  const evaluate: Evaluate = (template) => evaluateTemplate(template, scope.values(null));
  const targets = await reachAgain(entry, bound.value, { world, redactor, evaluate });
  return ok({
    plan,
    facts,
    world,
    recorder,
    scope,
    targets,
    keys: new Map(),
    cancellation,
    progress: () => undefined,
    close: async () => {
      await world.bridges.closeAll();
      await close();
    },
  });
}

function factsOf(entry: RunEntry, state: RunState): RunFacts {
  const work = [...state.resources.values()].find((r) => r.kind === 'folder' && r.name === 'work')?.handle[
    'path'
  ];
  return {
    id: entry.id,
    mode: entry.mode,
    date: entry.startedAt.slice(0, 10),
    startedAt: entry.startedAt,
    // No clock that only goes on has outlived the runner: the window is that of the wall's.
    startedMonotonicMs:
      systemClock.monotonicMs() - Math.max(0, Date.parse(systemClock.now()) - Date.parse(entry.startedAt)),
    bundle: entry.bundle,
    work: typeof work === 'string' ? work : temporaryFolder(),
    logs: join(entry.bundle, 'logs'),
    artifacts: temporaryFolder(),
    kept: join(entry.bundle, 'kept'),
    project: entry.project,
    gatebook: resolve(process.argv[1] ?? ''),
  };
}
