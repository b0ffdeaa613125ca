import { join } from 'node:path';
import { newRunId, operatorName, systemClock } from '../../adapters/host.js';
import { offer, type CheckedConfirmation, type Window } from '../../approve/index.js';
import { isRunId } from '../../base/ids.js';
import type { RunId } from '../../base/ids.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { valueMap } from '../../base/value.js';
import { bind, decideMode } from '../../bind/index.js';
import type { Bound, Environment, Refusal } from '../../bind/index.js';
import type { LoadedRunbook } from '../../document/index.js';
import type { Binding } from '../../model/binding.js';
import type { AdmittedApproval, MalformedApproval, OfferedApproval } from '../../model/approval.js';
import type { Plan } from '../../model/plan.js';
import type { Mode } from '../../model/runbook.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Approvers } from '../authorizing/approvers.js';
import { readApprovers } from '../authorizing/approvers.js';
import { digestsOf, readConfirmations } from '../authorizing/confirmations.js';
import type { Evidence } from '../authorizing/authorize.js';
import { authorize, evidenceOf, readGiven } from '../authorizing/authorize.js';
import { claimRefusal } from '../targets/claim-refusal.js';
import { containersHere } from '../targets/containers.js';
import { refusedByControls } from '../controls/controls.js';
import { processEnvironment } from '../here/environment.js';
import { hereOf } from '../here/here.js';
import { neededPrograms, programRefusal } from '../here/programs.js';
import { shown } from '../shown.js';

export interface AdmissionOptions {
  readonly runId?: string;
  readonly embedded: boolean;
  readonly dryRun: boolean;
  /** Files of approvals. */
  readonly approval: readonly string[];
  /** `C-07=FILE` */
  readonly attest: readonly string[];
}

/** What was decided before anything was written; a refusal here still gets its report where there can be one. */
export interface Admission {
  readonly id: RunId;
  readonly mode: Mode;
  readonly bound: Bound;
  readonly refusal: Refusal | null;
  /** Why a dry run may not look at production: it isn't refused, but goes without. */
  readonly withheld: Refusal | null;
  readonly approvals: readonly AdmittedApproval[];
  /** What was given in vain. */
  readonly offered: readonly OfferedApproval[];
  /** What was given for an approval and is none. */
  readonly malformed: readonly MalformedApproval[];
  /** Until when the approvals hold; null where none are needed. */
  readonly window: Window | null;
  readonly approvers: Approvers | null;
  readonly evidence: readonly Evidence[];
  readonly confirmations: readonly CheckedConfirmation[];
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
    approved: options.approval.length > 0,
    neverEmbedded: loaded.settings.embedded === 'never',
    everLive,
  });
  if (!mode.ok && mode.error.exit === 2) return mode;
  const decided = mode.ok ? mode.value : options.dryRun ? 'dry-run' : 'live';
  const refused = (refusal: Refusal): Result<Admission, Refusal> =>
    ok({ id, mode: decided, bound: nothingBound(decided, state), ...unauthorized, refusal });
  const stopped = await refusedByControls(state, decided);
  if (stopped !== null) return refused(stopped);
  if (!mode.ok) return refused(mode.error);
  const here = { loaded, plan, state, runs: runs.value, environment, id, mode: mode.value };
  return admitBound(options, here, refused);
}

interface Circumstances {
  readonly loaded: LoadedRunbook;
  readonly plan: Plan;
  readonly state: StateFolder;
  readonly runs: readonly RunEntry[];
  readonly environment: Environment;
  readonly id: RunId;
  readonly mode: Mode;
}

/** Binds, and holds the approvals against what came out of it. */
async function admitBound(
  options: AdmissionOptions,
  { loaded, plan, state, runs, environment, id, mode }: Circumstances,
  refused: (refusal: Refusal) => Result<Admission, Refusal>,
): Promise<Result<Admission, Refusal>> {
  const { read, malformed, refusal } = readGiven(options.approval);
  const unlooked = (refusal: Refusal, approvers: Approvers | null): Result<Admission, Refusal> => {
    const admission = refused(refusal);
    const evidence = evidenceOf(read, [], approvers);
    const offered = read.map(offer);
    return admission.ok ? ok({ ...admission.value, evidence, offered, malformed }) : admission;
  };
  if (refusal !== null) return unlooked(refusal, null);
  const found =
    options.attest.length > 0 || needsApprovers(plan, mode) ? await readApprovers(loaded) : ok(null);
  if (!found.ok) return unlooked(found.error, null);
  const approvers = found.value;
  const attested = await readConfirmations(options.attest, { plan, state, approvers });
  if (!attested.ok) return attested.error.exit === 2 ? attested : unlooked(attested.error, approvers);
  const containers = await containersHere(plan, mode, loaded.settings, environment);
  if (!containers.ok) return unlooked(containers.error, approvers);
  const programs = await neededPrograms(plan, loaded.files, containers.value);
  const requester = read[0]?.approval.requester ?? operatorName();
  const confirmations = digestsOf(attested.value);
  const here = hereOf({
    ...{ loaded, environment, programs, state, approvers, confirmations, requester },
    containers: containers.value,
  });
  const bound = bind(plan, mode, here);
  if (!bound.ok) return unlooked(bound.error, approvers);
  const { binding } = bound.value;
  const runbook = shown(join(loaded.project.root, plan.runbook.path));
  const authorized = await authorize({ plan, runbook, mode, binding, read, approvers, state, runs });
  const withheld = mode === 'dry-run' ? authorized.refusal : null;
  return ok({
    id,
    mode,
    bound: bound.value,
    refusal: programRefusal(programs, plan) ?? (withheld === null ? authorized.refusal : null),
    withheld,
    approvals: authorized.approvals,
    offered: authorized.offered,
    malformed,
    window: authorized.window,
    approvers,
    evidence: evidenceOf(read, attested.value, approvers),
    confirmations: attested.value,
  });
}

/** A rehearsal asks nobody. */
const needsApprovers = ({ authorization }: Plan, mode: Mode): boolean =>
  'slots' in authorization && mode !== 'rehearsal';

const unauthorized = {
  withheld: null,
  approvals: [],
  offered: [],
  malformed: [],
  window: null,
  approvers: null,
  evidence: [],
  confirmations: [],
} as const;

/** A refused run has touched nothing, and says so in its binding. */
function nothingBound(mode: Mode, state: StateFolder): Bound {
  const binding: Binding = {
    schema: 'gatebook/binding@1',
    mode,
    targets: {},
    keys: {},
    outside: {},
    sealed: [],
    attestations: {},
    project: '',
    path: '',
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
  return claimed.ok ? null : claimRefusal(claimed.error, state.path);
}
