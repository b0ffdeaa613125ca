import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../adapters/host.js';
import { parseConnection } from '../adapters/postgres/url.js';
import type { Containment } from '../adapters/process/containment.js';
import type { RunId } from '../base/ids.js';
import type { Result } from '../base/result.js';
import { err, ok } from '../base/result.js';
import { valueMap } from '../base/value.js';
import { isOutside } from '../bind/outside.js';
import type { Execution, World } from '../execute/context.js';
import { Scope } from '../execute/scope.js';
import type { RunState } from '../execute/state.js';
import { Targets } from '../execute/targets.js';
import { evaluateTemplate } from '../expression/index.js';
import type { ChainEnd } from '../journal/append.js';
import type { Redactor } from '../journal/redact.js';
import { createRedactor } from '../journal/redact.js';
import type { RunFacts } from '../kinds/executor.js';
import type { Binding } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import { canBeHidden } from '../model/secret.js';
import type { Template } from '../model/template.js';
import { decodePlan, planDigest } from '../plan/index.js';
import { localEngine } from '../ports/docker.js';
import type { RunEntry, StateFolder } from '../ports/state.js';
import type { Problem } from '../text/problem.js';
import type { Ui } from '../ui/index.js';
import { askPerson } from './confirm.js';
import { connectContainer } from './container-target.js';
import { processEnvironment } from './environment.js';
import { openRecording, runValues } from './recording.js';
import { createWorld } from './world.js';

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
    home: tmpdir(),
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
  /** What the journal's first record names. */
  readonly planDigest: string;
  readonly containment: Containment;
  readonly folder: StateFolder;
  readonly ui: Ui;
}

/** An execution as the journal left it: mode, plan and binding come from the bundle, never from the shell. */
export async function reopen(
  entry: RunEntry,
  past: Past,
): Promise<Result<Execution & { readonly close: () => Promise<void> }, Problem>> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(entry.bundle, name), 'utf8'));
  let plan: Result<Plan, Problem>;
  let binding: Binding;
  try {
    plan = decodePlan(await read('plan.json'));
    binding = (await read('binding.json')) as Binding;
  } catch (error) {
    return err({
      code: 'PLAN_MALFORMED',
      message: `plan or binding of ${entry.id} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
  if (!plan.ok) return plan;
  if (planDigest(plan.value) !== past.planDigest) {
    return err({
      code: 'PLAN_MALFORMED',
      message: `plan.json of ${entry.id} is not the plan that its journal names`,
    });
  }
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
  const nothing = valueMap([]);
  const scope = new Scope({
    params: plan.value.params,
    data: plan.value.data,
    run: runValues(facts),
    secrets: nothing,
    keys: nothing,
  });
  const targets = new Targets(plan.value.targets, binding.targets, world.postgres, (template) =>
    evaluateTemplate(template, scope.values(null)),
  );
  provideLive(entry, plan.value, binding, targets, redactor);
  await provideContainers(plan.value, binding, targets, world.bridges);
  return ok({
    plan: plan.value,
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

/** A live target is reached again only where the shell's value means what the binding says. */
function provideLive(
  entry: RunEntry,
  plan: Plan,
  binding: Binding,
  targets: Targets,
  redactor: Redactor,
): void {
  const environment = processEnvironment(entry.project);
  for (const [name, { postgres }] of Object.entries(plan.targets)) {
    const bound = binding.targets[name];
    if (postgres.via !== 'url' || bound === undefined || bound.standIn) continue;
    const url = isOutside(postgres.url) ? environment.get(postgres.url) : postgres.url;
    const parsed = url === undefined ? null : parseConnection(url);
    if (parsed === null || !parsed.ok) continue;
    const { host, port, database, user, password, ssl } = parsed.value;
    if (host !== bound.host || port !== bound.port || database !== bound.database || user !== bound.user)
      continue;
    if (ssl?.mode !== bound.ssl?.mode || ssl?.rootCert !== bound.ssl?.root_cert) continue;
    if (password !== undefined && canBeHidden(password)) redactor.add(`targets.${name}.password`, password);
    const systemIdentifier = bound.identity.system_identifier;
    targets.provide(name, {
      connection: parsed.value,
      ...(systemIdentifier !== undefined && { systemIdentifier }),
    });
  }
}

/** The very container of the binding, where it still runs: what only its server could give back needs it. */
async function provideContainers(
  plan: Plan,
  binding: Binding,
  targets: Targets,
  bridges: World['bridges'],
): Promise<void> {
  const evaluate = (template: Template) => evaluateTemplate(template, {});
  const { signal } = new AbortController();
  for (const [name, { postgres }] of Object.entries(plan.targets)) {
    const bound = binding.targets[name];
    if (postgres.via !== 'docker' || bound?.container === undefined) continue;
    const connection = await connectContainer(bridges, name, postgres, binding, { evaluate, signal });
    const systemIdentifier = bound.identity.system_identifier;
    if (connection.ok)
      targets.provide(name, {
        connection: connection.value,
        ...(systemIdentifier !== undefined && { systemIdentifier }),
      });
  }
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
    startedMonotonicMs: systemClock.monotonicMs(),
    bundle: entry.bundle,
    work: typeof work === 'string' ? work : tmpdir(),
    logs: join(entry.bundle, 'logs'),
    artifacts: tmpdir(),
    kept: join(entry.bundle, 'kept'),
    project: entry.project,
    gatebook: resolve(process.argv[1] ?? ''),
  };
}
