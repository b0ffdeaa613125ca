import { randomBytes } from 'node:crypto';
import { newRunId, operatorName, systemClock } from '../adapters/host.js';
import { parseConnection } from '../adapters/postgres/url.js';
import { isRunId } from '../base/ids.js';
import type { RunId } from '../base/ids.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { valueMap } from '../base/value.js';
import { bind, decideMode } from '../bind/index.js';
import type { Bound, Refusal } from '../bind/index.js';
import type { LoadedRunbook } from '../document/index.js';
import type { Binding } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import type { Mode } from '../model/runbook.js';
import { parseParam } from '../plan/index.js';
import type { StateFolder } from '../ports/state.js';
import { neededPrograms, operatorKeyring, processEnvironment } from './environment.js';

export interface AdmissionOptions {
  readonly runId?: string;
  readonly embedded: boolean;
  readonly dryRun: boolean;
}

/** What was decided before anything was written; a refusal here still gets its report where there can be one. */
export interface Admission {
  readonly id: RunId;
  readonly mode: Mode;
  readonly bound: Bound;
  readonly refusal: Refusal | null;
}

export async function admit(
  options: AdmissionOptions,
  loaded: LoadedRunbook,
  plan: Plan,
  state: StateFolder,
): Promise<Result<Admission, Refusal>> {
  const id = options.runId ?? newRunId(systemClock.now());
  if (!isRunId(id)) {
    return err({
      code: 'RUN_ID_UNSAFE',
      exit: 2,
      message: 'a run id has letters, digits, dots, dashes and underscores, 40 at most',
      next: 'give another --run-id, or none',
    });
  }
  const runs = await state.runs();
  if (!runs.ok) return err({ ...runs.error, exit: 4 });
  const environment = processEnvironment(loaded.project.root);
  const everLive = runs.value.some(
    (run) => run.runbook === plan.runbook.id && run.mode === 'live' && run.admitted,
  );
  const mode = decideMode(plan, environment, {
    embedded: options.embedded,
    dryRun: options.dryRun,
    approved: false,
    neverEmbedded: loaded.settings.embedded === 'never',
    everLive,
  });
  if (!mode.ok && mode.error.exit === 2) return mode;
  const programs = await neededPrograms(plan);
  const bound = mode.ok
    ? bind(plan, mode.value, {
        environment,
        parseConnection,
        parseParam,
        randomHex: (bytes) => randomBytes(bytes).toString('hex'),
        programs: programs.found,
        state: state.id,
        requester: operatorName(),
        keyring: operatorKeyring(),
      })
    : mode;
  const decided = mode.ok ? mode.value : options.dryRun ? 'dry-run' : 'live';
  if (!bound.ok) return ok({ id, mode: decided, bound: nothingBound(decided, state), refusal: bound.error });
  return ok({
    id,
    mode: decided,
    bound: bound.value,
    refusal: absentProgram(programs.missing),
  });
}

/** A program that no gate looks at must be there before anything begins. */
function absentProgram(missing: readonly string[]): Refusal | null {
  if (missing.length === 0) return null;
  return {
    code: 'PROGRAM_MISSING',
    exit: 4,
    message: `the runbook needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed here`,
    next: 'gatebook doctor   says what brings it',
  };
}

/** A refused run has touched nothing, and says so in its binding. */
function nothingBound(mode: Mode, state: StateFolder): Bound {
  const binding: Binding = {
    schema: 'gatebook/binding@1',
    mode,
    targets: {},
    keys: {},
    outside: {},
    programs: [],
    sandbox: null,
    state: state.id,
    approvers: null,
    requester: operatorName(),
  };
  return { binding, connections: new Map(), params: valueMap([]), secrets: new Map() };
}

/**
 * One run of a runbook at a time in a state folder. Taken once the run is registered, so that the claim of one
 * that died always has a run to tear down.
 */
export async function claimRunbook(
  { id, mode, refusal }: Admission,
  plan: Plan,
  state: StateFolder,
): Promise<Refusal | null> {
  if (refusal !== null || mode === 'dry-run') return refusal;
  const claimed = await state.claim(`runbook ${plan.runbook.id}`, id);
  return claimed.ok ? null : { ...claimed.error, exit: claimed.error.code === 'CLAIMED' ? 6 : 4 };
}
