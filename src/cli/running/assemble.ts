import { join } from 'node:path';
import { hostName, operatorName } from '../../adapters/host.js';
import type { Containment } from '../../adapters/process/containment.js';
import { ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { toJson, valueMap } from '../../base/value.js';
import { bindingDigest } from '../../bind/index.js';
import type { Bound } from '../../bind/index.js';
import type { LoadedRunbook } from '../../document/index.js';
import type { Execution, World } from '../../execute/context.js';
import { Scope } from '../../execute/scope/scope.js';
import { initialState } from '../../execute/state/state.js';
import { Targets } from '../../execute/scope/targets.js';
import { evaluateTemplate } from '../../expression/index.js';
import type { Redactor } from '../../journal/redact.js';
import { createRedactor } from '../../journal/redact.js';
import type { LiveKey, RunFacts } from '../../kinds/executor.js';
import type { AdmittedApproval } from '../../model/approval.js';
import type { RunEvent } from '../../model/event.js';
import type { Plan } from '../../model/plan.js';
import { canBeHidden } from '../../model/secret.js';
import { outline, planDigest } from '../../plan/index.js';
import { currentRenderer } from '../../report/index.js';
import { localEngine } from '../../ports/docker.js';
import type { StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import type { Ui } from '../../ui/index.js';
import type { Approvers } from '../authorizing/approvers.js';
import { openRecording, runValues } from './recording.js';
import { redactingUi } from './redacting-ui.js';
import { version } from '../version.js';
import { createWorld } from './world.js';

export interface Assembly {
  readonly execution: Execution;
  /** Filled by the preparation. */
  readonly keys: Map<string, LiveKey>;
  readonly close: () => Promise<void>;
}

/** Journal, state, scope, targets and the world: the parts of an execution, and its first record. */
export async function assemble(options: {
  readonly containment: Containment;
  readonly loaded: LoadedRunbook;
  readonly plan: Plan;
  readonly bound: Bound;
  readonly facts: RunFacts;
  readonly ui: Ui;
  readonly permission: World['permission'];
  readonly state: StateFolder;
  readonly approvals: readonly AdmittedApproval[];
  readonly approvers: Approvers | null;
  readonly confirm: World['confirm'];
}): Promise<Result<Assembly, Problem>> {
  const { plan, bound, facts, ui, loaded } = options;
  const redactor = redactorOf(bound);
  const recording = await openRecording({
    bundle: facts.bundle,
    state: initialState(outline(plan)),
    redactor,
    ui,
  });
  if (!recording.ok) return recording;
  const { recorder, cancellation, close } = recording.value;
  await recorder.record(firstRecord(options));
  const world = createWorld({
    containment: options.containment,
    home: join(facts.work, 'home'),
    work: facts.work,
    redactor,
    isSet: (name) => process.env[name] !== undefined,
    pinned: pinnedFiles(loaded),
    permission: options.permission,
    confirm: options.confirm,
    state: options.state,
    run: facts.id,
    dockerHost: bound.binding.docker?.host ?? localEngine,
  });
  const scope = new Scope({
    params: bound.params,
    data: plan.data,
    run: runValues(facts),
    secrets: valueMap(bound.secrets),
    keys: valueMap([]),
  });
  const targets = new Targets(plan.targets, bound.binding.targets, world.postgres, (template) =>
    evaluateTemplate(template, scope.values(null)),
  );
  const keys = new Map<string, LiveKey>();
  const { progress } = redactingUi(ui, world.redact);
  const execution = { plan, facts, world, recorder, scope, targets, keys, cancellation, progress };
  return ok({ execution, keys, close });
}

function redactorOf(bound: Bound): Redactor {
  const redactor = createRedactor();
  for (const [name, value] of bound.secrets) redactor.add(name, value);
  for (const [name, { password }] of bound.connections) {
    if (password !== undefined && canBeHidden(password)) redactor.add(`targets.${name}.password`, password);
  }
  return redactor;
}

function firstRecord({
  plan,
  bound,
  facts,
  containment,
  approvals,
  approvers,
}: Parameters<typeof assemble>[0]): RunEvent {
  return {
    type: 'run_planned',
    run: facts.id,
    gatebook: version,
    renderer: currentRenderer,
    mode: facts.mode,
    outline: outline(plan),
    plan_digest: planDigest(plan),
    binding_digest: bindingDigest(bound.binding),
    host: hostName(),
    operator: operatorName(),
    containment,
    params: toJson(plan.params),
    approvals,
    ...(approvers !== null && {
      approvers: { path: approvers.path, sha256: approvers.sha256, warning: approvers.warning },
    }),
  };
}

function pinnedFiles(loaded: LoadedRunbook): World['pinned'] {
  const parts = new Map(loaded.files.map((part) => [part.path, part]));
  return (path) => {
    const part = parts.get(path);
    return part === undefined ? undefined : { sha256: part.sha256, content: part.content };
  };
}
