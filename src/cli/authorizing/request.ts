import { systemClock } from '../../adapters/host.js';
import { makeRequest } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { bind, decideMode } from '../../bind/index.js';
import type { Refusal } from '../../bind/index.js';
import type { LoadedRunbook } from '../../document/index.js';
import type { Binding } from '../../model/binding.js';
import type { Plan } from '../../model/plan.js';
import type { StateFolder } from '../../ports/state.js';
import type { Approvers } from './approvers.js';
import { digestsOf, readConfirmations } from './confirmations.js';
import { processEnvironment } from '../here/environment.js';
import { containersHere } from '../targets/containers.js';
import { hereOf } from '../here/here.js';
import { fitted, problemText, say, tell, usage } from '../io.js';
import { neededPrograms, programRefusal } from '../here/programs.js';
import { shown, word } from '../shown.js';
import { placeToSign, planToSign, signInto } from './to-sign.js';
import { outputTaken } from './write-signed.js';

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
  const taken = outputTaken(options.output);
  if (taken !== null) return tell(problemText(taken), taken.exit);
  const subject = await planToSign(runbook, options.param, 'request');
  if (!subject.ok) return subject.error;
  const { loaded, plan } = subject.value;
  if ('none' in plan.authorization)
    return usage(`${runbook} declares no slots: a run of it needs no approval`, 'request');
  const place = await placeToSign(options.state, loaded);
  if (!place.ok) return place.error;
  const { state, approvers } = place.value;
  const bound = await bindHere({ loaded, plan, state, approvers }, options);
  if (!bound.ok) return tell(problemText(bound.error), bound.error.exit);
  return write(options, plan, bound.value, approvers);
}

interface ToBind {
  readonly loaded: LoadedRunbook;
  readonly plan: Plan;
  readonly state: StateFolder;
  readonly approvers: Approvers;
}

/** As the live run will find it, or why it would be refused. */
async function bindHere(
  { loaded, plan, state, approvers }: ToBind,
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
  const attested = await readConfirmations(attest, { plan, state, approvers });
  if (!attested.ok) return attested;
  const confirmations = digestsOf(attested.value);
  const here = hereOf({
    ...{ loaded, environment, programs, state, approvers, confirmations, requester },
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
  const text = makeRequest({ plan, binding, approvers: approvers.text, created: systemClock.now() });
  const failed = await signInto(output, { kind: 'request', principal: as, key, text }, approvers);
  if (failed !== null) return failed;
  if (approvers.warning !== null)
    await say(process.stderr, `${fitted(process.stderr, `warning  ${approvers.warning}`, 9)}\n`);
  const slots = 'slots' in plan.authorization ? plan.authorization.slots : [];
  const next = slots.map(
    (slot) => `gatebook approve ${word(shown(output))} --slot ${slot} --as WHO --key FILE -o ${slot}.json`,
  );
  return tell(
    `${shown(output)} and ${shown(output)}.sig are written; whoever approves takes both\nnext     ${next.join('\n         ')}\n`,
    0,
  );
}
