import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { openAppendFile } from '../adapters/append-file.js';
import { hostName, newRunId, operatorName, systemClock } from '../adapters/host.js';
import { parseConnection } from '../adapters/postgres/url.js';
import type { Containment } from '../adapters/process/containment.js';
import { projectSources } from '../adapters/sources.js';
import { ownProcess } from '../adapters/process/own.js';
import { openState } from '../adapters/state/index.js';
import { isRunId } from '../base/ids.js';
import type { RunId } from '../base/ids.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { toJson, valueMap } from '../base/value.js';
import { bind, bindingDigest, canonicalBinding, decideMode } from '../bind/index.js';
import type { Bound, Refusal } from '../bind/index.js';
import type { LoadedRunbook } from '../document/index.js';
import { Cancellation } from '../execute/cancellation.js';
import type { Execution } from '../execute/context.js';
import { executeDryRun } from '../execute/dry-run.js';
import { Recorder } from '../execute/recorder.js';
import { executeRun, refuse } from '../execute/run.js';
import type { Ended } from '../execute/run.js';
import { Scope } from '../execute/scope.js';
import { initialState } from '../execute/state.js';
import { Targets } from '../execute/targets.js';
import { evaluateTemplate } from '../expression/index.js';
import { openJournal } from '../journal/append.js';
import { createRedactor } from '../journal/redact.js';
import type { LiveKey, RunFacts } from '../kinds/executor.js';
import type { Binding } from '../model/binding.js';
import type { Cause } from '../model/event.js';
import type { Plan } from '../model/plan.js';
import type { Mode } from '../model/runbook.js';
import { buildPlan, canonicalPlan, outline, parseParam, planDigest } from '../plan/index.js';
import type { PlanProblem } from '../plan/index.js';
import type { StateFolder } from '../ports/state.js';
import { currentRenderer } from '../report/index.js';
import { loadValid } from '../rules/validate.js';
import type { SeenSources } from '../document/index.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { Problem } from '../text/problem.js';
import type { Ui } from '../ui/index.js';
import { boundPrograms, operatorKeyring, processEnvironment } from './environment.js';
import { createBundle } from './folders.js';
import { prepare } from './prepare.js';
import type { Stopper } from './stopper.js';
import { version } from './version.js';
import { createWorld } from './world.js';

export interface RunOptions {
  readonly runbook: string;
  readonly params: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly embedded: boolean;
  readonly runId?: string;
  readonly state: string;
  readonly reports: string;
  readonly containment: Containment;
}

export type RunResult =
  | { readonly kind: 'malformed'; readonly diagnostics: readonly Diagnostic[]; readonly seen: SeenSources }
  | { readonly kind: 'unplannable'; readonly problems: readonly PlanProblem[] }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly exitCode: number }
  | {
      readonly kind: 'ended';
      readonly ended: Ended;
      readonly execution: Execution;
      readonly rehearsal: boolean;
    };

/** Load, plan, bind, admit, execute. Sealing and telling are the caller's. */
export async function runRunbook(options: RunOptions, ui: Ui, stopper: Stopper): Promise<RunResult> {
  const seen: SeenSources = new Map();
  const loaded = await loadValid(projectSources(process.cwd()), options.runbook, seen);
  if (!loaded.ok) return { kind: 'malformed', diagnostics: loaded.error, seen };
  const plan = buildPlan(loaded.value, { params: options.params, version });
  if (!plan.ok) return { kind: 'unplannable', problems: plan.error };
  const state = await openState(options.state);
  if (!state.ok) return { kind: 'refused', problem: state.error, exitCode: 4 };
  const admission = await admit(options, loaded.value, plan.value, state.value);
  if (!admission.ok) return { kind: 'refused', problem: admission.error, exitCode: admission.error.exit };
  return begin(options, loaded.value, plan.value, state.value, admission.value, ui, stopper);
}

/** What was decided before anything was written; a refusal here still gets its report where there can be one. */
interface Admission {
  readonly id: RunId;
  readonly mode: Mode;
  readonly bound: Bound;
  readonly refusal: Refusal | null;
}

async function admit(
  options: RunOptions,
  loaded: LoadedRunbook,
  plan: Plan,
  state: StateFolder,
): Promise<Result<Admission, Refusal>> {
  const id = options.runId ?? newRunId(systemClock.now());
  if (!isRunId(id)) {
    return err({
      code: 'RUN_ID_UNSAFE',
      exit: 2,
      message: 'a run id has letters, digits, dots, dashes and underscores, 64 at most',
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
  const bound = mode.ok
    ? bind(plan, mode.value, {
        environment,
        parseConnection,
        parseParam,
        randomHex: (bytes) => randomBytes(bytes).toString('hex'),
        programs: await boundPrograms(plan),
        state: state.id,
        requester: operatorName(),
        keyring: operatorKeyring(),
      })
    : mode;
  const decided = mode.ok ? mode.value : options.dryRun ? 'dry-run' : 'live';
  if (!bound.ok) return ok({ id, mode: decided, bound: nothingBound(decided, state), refusal: bound.error });
  return ok({ id, mode: decided, bound: bound.value, refusal: await claims(id, plan, decided, state) });
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

/** One run of a runbook at a time in a state folder; the claim of a run that died stays until its teardown. */
async function claims(id: RunId, plan: Plan, mode: Mode, state: StateFolder): Promise<Refusal | null> {
  if (mode === 'dry-run') return null;
  const claimed = await state.claim(`runbook ${plan.runbook.id}`, id);
  return claimed.ok ? null : { ...claimed.error, exit: claimed.error.code === 'CLAIMED' ? 6 : 4 };
}

async function begin(
  options: RunOptions,
  loaded: LoadedRunbook,
  plan: Plan,
  state: StateFolder,
  admission: Admission,
  ui: Ui,
  stopper: Stopper,
): Promise<RunResult> {
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
    process: await ownProcess(),
  });
  if (!created.ok) {
    return refused(created.error, created.error.code === 'RUN_ID_USED' ? 6 : 4);
  }
  const folder = await createBundle(bundle, {
    files: loaded.files,
    plan: canonicalPlan(plan),
    binding: canonicalBinding(bound.binding),
  });
  if (!folder.ok) {
    await state.release(id);
    return refused(folder.error, 4);
  }
  const facts: RunFacts = {
    id,
    mode,
    date: startedAt.slice(0, 10),
    startedAt,
    startedMonotonicMs: systemClock.monotonicMs(),
    bundle,
    work: join(tmpdir(), `gb-${randomBytes(6).toString('hex')}`),
    logs: join(bundle, 'logs'),
    artifacts: state.artifacts(id),
    kept: join(bundle, 'kept'),
    project: loaded.project.root,
    gatebook: resolve(process.argv[1] ?? ''),
  };
  const { execution, keys } = await assemble(options, loaded, plan, bound, facts, ui);
  stopper.attach(execution.cancellation);
  try {
    const ended = await live(execution, admission, keys, loaded, stopper);
    return { kind: 'ended', ended, execution, rehearsal: mode === 'rehearsal' };
  } finally {
    await execution.close();
    await state.release(id);
  }
}

type Assembled = Execution & { readonly close: () => Promise<void> };

/** Journal, state, scope, targets: the parts of an execution, and its first record. */
async function assemble(
  options: RunOptions,
  loaded: LoadedRunbook,
  plan: Plan,
  bound: Bound,
  facts: RunFacts,
  ui: Ui,
): Promise<{ readonly execution: Assembled; readonly keys: Map<string, LiveKey> }> {
  const redactor = createRedactor();
  for (const [name, value] of bound.secrets) redactor.add(name, value);
  for (const [name, { password }] of bound.connections) {
    if (password !== undefined && password.length >= 8) redactor.add(`targets.${name}.password`, password);
  }
  const file = await openAppendFile(join(facts.bundle, 'journal.jsonl'));
  const journal = openJournal(file, systemClock, (text) => redactor.redact(text));
  const sketch = outline(plan);
  const pending: Promise<void>[] = [];
  const note = (type: 'abort' | 'cause_added') => (cause: Cause) =>
    void pending.push(recorder.record({ type, cause }));
  const cancellation = new Cancellation(note('abort'), note('cause_added'));
  const recorder = new Recorder(
    journal,
    initialState(sketch),
    (event) => ui.event({ ...event, at: systemClock.now() }),
    (message) =>
      cancellation.abort({
        kind: 'journal',
        code: 'JOURNAL_UNWRITABLE',
        command: null,
        gate: null,
        message: `the journal can't be written: ${message}`,
        next: 'make room on the disk, then run again',
      }),
  );
  await recorder.record({
    type: 'run_planned',
    run: facts.id as RunId,
    gatebook: version,
    renderer: currentRenderer,
    mode: facts.mode,
    outline: sketch,
    plan_digest: planDigest(plan),
    binding_digest: bindingDigest(bound.binding),
    host: hostName(),
    operator: operatorName(),
    containment: options.containment,
    params: toJson(plan.params),
    approvals: [],
  });
  const pins = new Map(loaded.files.map((part) => [part.path, part]));
  const world = createWorld({
    containment: options.containment,
    home: join(facts.work, 'home'),
    redactor,
    isSet: (name) => process.env[name] !== undefined,
    pinned: (path) => {
      const part = pins.get(path);
      return part === undefined ? undefined : { sha256: part.sha256, content: Buffer.from(part.content) };
    },
  });
  const keys = new Map<string, LiveKey>();
  const { mode, date, id, work, logs, artifacts, project, gatebook } = facts;
  const scope = new Scope({
    params: bound.params,
    data: plan.data,
    run: valueMap(
      Object.entries({
        id,
        mode,
        date,
        started_at: facts.startedAt,
        work,
        logs,
        artifacts,
        project,
        gatebook,
      }),
    ),
    secrets: valueMap(bound.secrets),
    keys: valueMap([]),
  });
  const targets = new Targets(plan.targets, bound.binding.targets, world.postgres, (template) => evaluateTemplate(template, scope.values(null)));
  const progress: Execution['progress'] = (label, p) => ui.progress(label, p);
  const close = async (): Promise<void> => {
    await Promise.all(pending);
    await journal.close();
  };
  return {
    execution: { plan, facts, world, recorder, scope, targets, keys, cancellation, progress, close },
    keys,
  };
}

async function live(
  execution: Execution,
  admission: Admission,
  keys: Map<string, LiveKey>,
  loaded: LoadedRunbook,
  stopper: Stopper,
): Promise<Ended> {
  const because = (problem: Problem, exit: 4 | 6): Promise<Ended> =>
    refuse(
      execution,
      {
        kind: exit === 6 ? 'control' : 'environment',
        code: problem.code,
        command: null,
        gate: null,
        message: problem.message,
        ...(problem.next !== undefined && { next: problem.next }),
      },
      exit,
    );
  if (admission.refusal !== null) return because(admission.refusal, admission.refusal.exit === 6 ? 6 : 4);
  const seeds = new Map(loaded.files.map((part) => [part.path, part.content]));
  const sessions = await prepare(execution, {
    bound: admission.bound,
    keys,
    seed: (path) => seeds.get(path),
  });
  if (!sessions.ok && !execution.cancellation.signal.aborted)
    return because(sessions.error, sessions.error.exit);
  try {
    if (execution.facts.mode === 'dry-run') return await executeDryRun(execution);
    return await executeRun(execution, { signal: stopper.impatience });
  } finally {
    if (sessions.ok) await Promise.all(sessions.value.map((session) => session.close()));
  }
}

/** As a person would type it from where they stand. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
