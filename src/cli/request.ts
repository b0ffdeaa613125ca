import { systemClock } from '../adapters/host.js';
import { projectSources } from '../adapters/sources.js';
import { createSsh } from '../adapters/ssh/index.js';
import { openState } from '../adapters/state/index.js';
import { makeRequest } from '../approve/index.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { bind, decideMode } from '../bind/index.js';
import type { Refusal } from '../bind/index.js';
import type { LoadedRunbook, SeenSources } from '../document/index.js';
import type { Binding } from '../model/binding.js';
import type { Plan } from '../model/plan.js';
import { buildPlan } from '../plan/index.js';
import type { StateFolder } from '../ports/state.js';
import { loadValid } from '../rules/validate.js';
import { renderDiagnostics } from '../text/render/text.js';
import type { Approvers } from './approvers.js';
import { readApprovers } from './approvers.js';
import { digestsOf, readAttestations } from './attestations.js';
import { processEnvironment } from './environment.js';
import { containersHere } from './containers.js';
import { hereOf } from './here.js';
import { problemText, say, usage } from './io.js';
import { readParams } from './params.js';
import { neededPrograms, programRefusal } from './programs.js';
import { signStatement, writeSigned } from './sign-into.js';
import { shown } from './shown.js';
import { version } from './version.js';

export interface RequestOptions {
  readonly as: string;
  readonly key: string;
  readonly output: string;
  readonly param: readonly string[];
  readonly attest: readonly string[];
  readonly state: string;
}

/** `gatebook request`: what a run would be, here and now, signed by who asks for it. Nothing is touched. */
export async function requestCommand(runbook: string, options: RequestOptions): Promise<number> {
  const params = readParams(options.param);
  if (typeof params === 'string') return usage(params, 'request');
  const seen: SeenSources = new Map();
  const loaded = await loadValid(projectSources(process.cwd()), runbook, seen);
  if (!loaded.ok) return tell(renderDiagnostics(loaded.error, seen), 3);
  const plan = buildPlan(loaded.value, { params, version });
  if (!plan.ok)
    return tell(plan.error.map(problemText).join(''), plan.error.some(({ exit }) => exit === 3) ? 3 : 2);
  if ('none' in plan.value.authorization)
    return usage(`${runbook} declares no slots: a run of it needs no approval`, 'request');
  const state = await openState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  const approvers = await readApprovers(loaded.value);
  if (!approvers.ok) return tell(problemText(approvers.error), approvers.error.exit);
  const bound = await bindHere(loaded.value, plan.value, state.value, approvers.value, options);
  if (!bound.ok) return tell(problemText(bound.error), bound.error.exit);
  return write(options, plan.value, bound.value, approvers.value);
}

/** As the live run will find it, or why it would be refused. */
async function bindHere(
  loaded: LoadedRunbook,
  plan: Plan,
  state: StateFolder,
  approvers: Approvers,
  { as: requester, attest }: RequestOptions,
): Promise<Result<Binding, Refusal>> {
  const environment = processEnvironment(loaded.project.root);
  const mode = decideMode(plan, environment, {
    embedded: false,
    dryRun: false,
    approved: false,
    asked: true,
    neverEmbedded: loaded.settings.embedded === 'never',
    everLive: false,
  });
  if (!mode.ok) return mode;
  const containers = await containersHere(plan, mode.value, loaded.settings, environment);
  if (!containers.ok) return containers;
  const programs = await neededPrograms(plan, loaded.files, containers.value);
  const absent = programRefusal(programs, plan);
  if (absent !== null) return err(absent);
  const attested = await readAttestations(attest, { plan, state: state.id, approvers });
  if (!attested.ok) return attested;
  const attestations = digestsOf(attested.value);
  const here = hereOf({
    ...{ loaded, environment, programs, state, approvers, attestations, requester },
    containers: containers.value,
  });
  const bound = bind(plan, mode.value, here);
  return bound.ok ? ok(bound.value.binding) : bound;
}

async function write(
  { as, key, output }: RequestOptions,
  plan: Plan,
  binding: Binding,
  approvers: Approvers,
): Promise<number> {
  const now = systemClock.now();
  const text = makeRequest({ plan, binding, approvers: approvers.text, created: now });
  const trust = { signers: approvers.signers, ssh: createSsh(), now };
  const signed = await signStatement({ kind: 'request', principal: as, key, text }, trust);
  if (!signed.ok) return tell(problemText(signed.error), signed.error.exit);
  const unwritten = await writeSigned(output, signed.value);
  if (unwritten !== null) return tell(problemText(unwritten), unwritten.exit);
  if (approvers.warning !== null) await say(process.stderr, `warning  ${approvers.warning}\n`);
  const slots = 'slots' in plan.authorization ? plan.authorization.slots : [];
  const next = slots.map(
    (slot) => `gatebook approve ${shown(output)} --slot ${slot} --as WHO --key FILE -o ${slot}.json`,
  );
  return tell(
    `${shown(output)} and ${shown(output)}.sig are written; whoever approves takes both\nnext     ${next.join('\n         ')}\n`,
    0,
  );
}

async function tell(text: string, exitCode: number): Promise<number> {
  await say(process.stderr, text);
  return exitCode;
}
