import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import type { Containment } from '../../adapters/process/containment.js';
import { projectSources } from '../../adapters/sources.js';
import { ownProcess } from '../../adapters/process/own.js';
import { openState } from '../../adapters/state/index.js';
import { useUp } from '../../approve/index.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { canonicalBinding } from '../../bind/index.js';
import type { RunId } from '../../base/ids.js';
import type { LoadedRunbook } from '../../document/index.js';
import type { Execution } from '../../execute/context.js';
import { executeDryRun } from '../../execute/dry-run.js';
import { executeRun, refuse } from '../../execute/run.js';
import type { Ended } from '../../execute/run.js';
import type { LiveKey, RunFacts } from '../../kinds/executor.js';
import type { Plan } from '../../model/plan.js';
import { makePlan, canonicalPlan } from '../../plan/index.js';
import type { PlanProblem } from '../../plan/index.js';
import type { StateFolder } from '../../ports/state.js';
import { loadValid } from '../../rules/validate.js';
import type { SeenSources } from '../../document/index.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { Problem } from '../../text/problem.js';
import type { Ui } from '../../ui/index.js';
import { admit, claimRunbook } from './admit.js';
import type { Admission } from './admit.js';
import { assemble } from './assemble.js';
import { confirmWith } from '../authorizing/confirmations.js';
import { createBundle } from './folders.js';
import { fitted, say } from '../io.js';
import { permissionOf } from './permission.js';
import { prepare } from './prepare.js';
import type { Stopper } from './stopper.js';
import { claimTargets, giveBack } from '../targets/target-claims.js';
import { watchClaims } from '../targets/watch-claims.js';
import { version } from '../version.js';
import { inState } from '../shown.js';
import { temporaryFolder } from '../../adapters/temporary.js';
import { traceOf } from '../../base/thrown.js';

export interface RunOptions {
  readonly runbook: string;
  readonly params: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly embedded: boolean;
  readonly runId?: string;
  readonly state: string;
  readonly reports: string;
  readonly containment: Containment;
  /** Files of approvals, each with its signature beside it. */
  readonly approval: readonly string[];
  /** `C-07=FILE`: what a person did before. */
  readonly attest: readonly string[];
}

export type RunResult =
  | { readonly kind: 'malformed'; readonly diagnostics: readonly Diagnostic[]; readonly seen: SeenSources }
  | { readonly kind: 'unplannable'; readonly problems: readonly PlanProblem[] }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly exitCode: number }
  | {
      readonly kind: 'ended';
      readonly ended: Ended;
      readonly execution: Execution;
      readonly folder: StateFolder;
      readonly rehearsal: boolean;
      /** Why what it claimed could not be given back; null where it was, or is kept. */
      readonly claimed: Problem | null;
    };

/** Load, plan, bind, admit, execute. Sealing and telling are the caller's. */
export async function runRunbook(options: RunOptions, ui: Ui, stopper: Stopper): Promise<RunResult> {
  const seen: SeenSources = new Map();
  const loaded = await loadValid(projectSources(process.cwd()), options.runbook, seen, options.params);
  if (!loaded.ok) return { kind: 'malformed', diagnostics: loaded.error, seen };
  const plan = await makePlan(loaded.value, { params: options.params, version });
  if (!plan.ok) return { kind: 'unplannable', problems: plan.error };
  const state = await openState(options.state);
  if (!state.ok) return { kind: 'refused', problem: state.error, exitCode: 4 };
  const admission = await admit(options, loaded.value, plan.value, state.value);
  if (!admission.ok) return { kind: 'refused', problem: admission.error, exitCode: admission.error.exit };
  const warning = admission.value.approvers?.warning ?? null;
  if (warning !== null) await say(process.stderr, `${fitted(process.stderr, `warning  ${warning}`, 9)}\n`);
  return begin({
    ...{ options, ui, stopper, loaded: loaded.value, plan: plan.value },
    ...{ state: state.value, admission: admission.value },
  });
}

/** All that a run begins with. */
interface Beginning {
  readonly options: RunOptions;
  readonly loaded: LoadedRunbook;
  readonly plan: Plan;
  readonly state: StateFolder;
  readonly admission: Admission;
  readonly ui: Ui;
  readonly stopper: Stopper;
}

async function begin(beginning: Beginning): Promise<RunResult> {
  const { options, loaded, plan, state, admission, ui, stopper } = beginning;
  const { id, mode, bound } = admission;
  const bundle = resolve(options.reports, plan.runbook.id, id);
  const startedAt = systemClock.now();
  const refused = (problem: Problem, exitCode: number): RunResult => ({ kind: 'refused', problem, exitCode });
  const created = await state.createRun({
    id,
    runbook: plan.runbook.id,
    path: loaded.path,
    project: loaded.project.root,
    admitted: admission.refusal === null,
    mode,
    bundle,
    startedAt,
    process: ownProcess(),
  });
  if (!created.ok) return refused(created.error, created.error.code === 'RUN_ID_USED' ? 6 : 4);
  const folder = await createBundle(bundle, {
    files: loaded.files,
    plan: canonicalPlan(plan),
    binding: canonicalBinding(bound.binding),
    approvals: admission.evidence,
  });
  if (!folder.ok) {
    await state.clear(id);
    return refused(folder.error, 4);
  }
  const facts = factsOf(beginning, startedAt, bundle);
  const { containment } = options;
  const { approvals, approvers } = admission;
  const permission = permissionOf(state, mode, admission.window);
  const assembled = await assemble({
    ...{ containment, loaded, plan, bound, facts, ui, permission, state },
    ...{ approvals, approvers, confirm: confirmWith(admission.confirmations) },
  });
  if (!assembled.ok) {
    await state.clear(id);
    return refused(assembled.error, 4);
  }
  const { execution, keys, close } = assembled.value;
  const refusal = (await claimRunbook(admission, plan, state)) ?? (await claimTargets(admission, state));
  // What is refused ends at once, by what refused it: a signal changes nothing about that.
  const resume = `gatebook teardown ${id}${inState(state.path)}`;
  if (refusal === null) stopper.attach(execution.cancellation, resume);
  let ended: Ended;
  try {
    ended = await live({ ...beginning, admission: { ...admission, refusal } }, execution, keys);
    await close();
  } catch (error) {
    return refused(broken(error, id, state), 5);
  }
  // What isn't recorded to its end, or broke on the way, keeps its claim until `gatebook teardown`.
  const given = ended.complete ? await giveBack(state, id, execution.recorder.state) : ok(null);
  const claimed = given.ok ? null : given.error;
  return { kind: 'ended', ended, execution, folder: state, rehearsal: mode === 'rehearsal', claimed };
}

/** What the run is, and where it works. */
function factsOf(
  { admission: { id, mode }, loaded: { project }, state }: Beginning,
  startedAt: string,
  bundle: string,
): RunFacts {
  return {
    id,
    mode,
    date: startedAt.slice(0, 10),
    startedAt,
    startedMonotonicMs: systemClock.monotonicMs(),
    bundle,
    work: join(temporaryFolder(), `gb-${randomBytes(6).toString('hex')}`),
    logs: join(bundle, 'logs'),
    artifacts: state.artifacts(id),
    kept: join(bundle, 'kept'),
    project: project.root,
    gatebook: resolve(process.argv[1] ?? ''),
  };
}

/** A bug of ours: nothing more is recorded, and what the ledger holds is for a process that isn't broken. */
const broken = (error: unknown, id: RunId, state: StateFolder): Problem => ({
  code: 'INTERNAL',
  message: `internal error, the run is left as it is: ${traceOf(error)}`,
  next: `gatebook teardown ${id}${inState(state.path)}`,
});

async function live(
  { admission, loaded, stopper, state }: Beginning,
  execution: Execution,
  keys: Map<string, LiveKey>,
): Promise<Ended> {
  const because = (problem: Problem, exit: 3 | 4 | 6): Promise<Ended> =>
    refuse(
      execution,
      {
        kind: exit === 4 ? 'environment' : 'control',
        code: problem.code,
        command: null,
        gate: null,
        message: problem.message,
        ...(problem.next !== undefined && { next: problem.next }),
      },
      exit,
      admission,
    );
  if (admission.refusal !== null) {
    const { exit } = admission.refusal;
    return because(admission.refusal, exit === 2 ? 4 : exit);
  }
  const seeds = new Map(loaded.files.map((part) => [part.path, part.content]));
  const claims = await prepare(execution, {
    bound: admission.bound,
    keys,
    seed: (path) => seeds.get(path),
    withheld: admission.withheld !== null,
  });
  if (!claims.ok && !execution.cancellation.signal.aborted) return because(claims.error, claims.error.exit);
  const held = claims.ok ? claims.value : [];
  // A dry run has taken none.
  const unwatch = watchClaims(execution.facts.mode === 'dry-run' ? [] : held, execution.cancellation);
  try {
    if (execution.facts.mode === 'dry-run') return await executeDryRun(execution, admission.withheld);
    const used = execution.cancellation.signal.aborted ? ok(null) : await useAll(admission, state);
    if (!used.ok) return await because(used.error, 6);
    return await executeRun(execution, { signal: stopper.impatience });
  } finally {
    unwatch();
    await Promise.all(held.map(({ session }) => session.close()));
    await execution.world.bridges.closeAll();
  }
}

/** Approvals and confirmations are good for one run each. */
function useAll(
  { id, approvals, confirmations, window }: Admission,
  state: StateFolder,
): Promise<Result<null, Problem>> {
  const statements = [
    ...approvals.map(({ nonce, slot }) => ({ nonce, words: `the approval of ${slot}` })),
    ...confirmations.map(({ confirmation: { nonce, command } }) => ({
      nonce,
      words: `the confirmation of ${command}`,
    })),
  ];
  return useUp(statements, window, state.approvals, id);
}
