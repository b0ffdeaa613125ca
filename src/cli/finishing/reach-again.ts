import { bundleFiles } from '../../adapters/bundle/files.js';
import { parseConnection } from '../../adapters/postgres/url.js';
import type { Result } from '../../base/result.js';
import { err, ok } from '../../base/result.js';
import { digestOf } from '../../base/sha256.js';
import { messageOf } from '../../base/thrown.js';
import type { ValueMap } from '../../base/value.js';
import { valueMap } from '../../base/value.js';
import { secretsAsBound } from '../../bind/sealed.js';
import type { World } from '../../execute/context.js';
import type { Evaluate } from '../../execute/scope/targets.js';
import { Targets } from '../../execute/scope/targets.js';
import { maxJournalBytes } from '../../journal/read.js';
import type { Redactor } from '../../journal/redact.js';
import type { Binding } from '../../model/binding.js';
import type { Plan } from '../../model/plan.js';
import { isOutside } from '../../model/runbook.js';
import { canBeHidden } from '../../model/secret.js';
import { decodePlan, planDigest } from '../../plan/index.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { connectContainer } from '../targets/container-target.js';
import { processEnvironment } from '../here/environment.js';

/** What a run of the past was, and on what. */
export interface Bound {
  readonly plan: Plan;
  readonly binding: Binding;
}

/** What the first record of a journal names, each `sha256:…`. */
export interface BoundDigests {
  readonly plan: string;
  readonly binding: string;
}

/**
 * Plan and binding of its bundle, where they are the ones that its journal names: a binding that says otherwise would
 * have another server torn down.
 */
export async function readBound(entry: RunEntry, named: BoundDigests): Promise<Result<Bound, Problem>> {
  const refuse = (message: string): Result<never, Problem> => err({ code: 'PLAN_MALFORMED', message });
  const unread = (why: string) => refuse(`plan or binding of ${entry.id} can't be read: ${why}`);
  const [planText, bindingText] = [await textIn(entry, 'plan.json'), await textIn(entry, 'binding.json')];
  if (!planText.ok) return unread(planText.error.message);
  if (!bindingText.ok) return unread(bindingText.error.message);
  let plan: Result<Plan, Problem>;
  let binding: Binding;
  try {
    plan = decodePlan(JSON.parse(planText.value));
    binding = JSON.parse(bindingText.value) as Binding;
  } catch (error) {
    return unread(messageOf(error));
  }
  if (!plan.ok) return plan;
  if (planDigest(plan.value) !== named.plan)
    return refuse(`plan.json of ${entry.id} is not the plan that its journal names`);
  if (digestOf(bindingText.value) !== named.binding)
    return refuse(`binding.json of ${entry.id} is not the binding that its journal names`);
  return ok({ plan: plan.value, binding });
}

/** Bounded, and of a regular file only: what stands in a bundle is anybody's. */
async function textIn({ bundle }: RunEntry, name: string): Promise<Result<string, Problem>> {
  const bytes = await bundleFiles(bundle).read(name, maxJournalBytes);
  return bytes.ok ? ok(Buffer.from(bytes.value).toString('utf8')) : bytes;
}

/** Its secrets, as far as they are configured here as they were for it. */
export function secretsAgain(
  entry: RunEntry,
  { plan, binding }: Bound,
  { state, redactor }: { readonly state: StateFolder; readonly redactor: Redactor },
): ValueMap {
  const environment = processEnvironment(entry.project);
  const secrets = secretsAsBound(plan, binding, { environment, seal: (text) => state.seal(text) });
  for (const [name, value] of secrets) redactor.add(name, value);
  return valueMap(secrets);
}

interface With {
  readonly world: World;
  readonly redactor: Redactor;
  readonly evaluate: Evaluate;
}

/** Its targets, as far as they can be reached from here. */
export async function reachAgain(
  entry: RunEntry,
  bound: Bound,
  { world, redactor, evaluate }: With,
): Promise<Targets> {
  const targets = new Targets(bound.plan.targets, bound.binding.targets, world.postgres, evaluate);
  provideLive(targets, bound, { environment: processEnvironment(entry.project), redactor });
  await provideContainers(targets, bound, { bridges: world.bridges, evaluate });
  targets.assumeRoles();
  return targets;
}

/** A live target is reached again only where the shell's value means what the binding says. */
function provideLive(
  targets: Targets,
  { plan, binding }: Bound,
  {
    environment,
    redactor,
  }: { readonly environment: ReturnType<typeof processEnvironment>; readonly redactor: Redactor },
): void {
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
  targets: Targets,
  { plan, binding }: Bound,
  { bridges, evaluate }: { readonly bridges: World['bridges']; readonly evaluate: Evaluate },
): Promise<void> {
  const { signal } = new AbortController();
  for (const [name, { postgres }] of Object.entries(plan.targets)) {
    const bound = binding.targets[name];
    if (postgres.via !== 'docker' || bound?.container === undefined) continue;
    const connection = await connectContainer(
      { name, declared: postgres, binding },
      { bridges, evaluate, signal },
    );
    const systemIdentifier = bound.identity.system_identifier;
    if (connection.ok)
      targets.provide(name, {
        connection: connection.value,
        ...(systemIdentifier !== undefined && { systemIdentifier }),
      });
  }
}
