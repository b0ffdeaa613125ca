import { systemClock } from '../../adapters/host.js';
import { projectSources } from '../../adapters/sources.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { openState } from '../../adapters/state/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { LoadedRunbook, SeenSources } from '../../document/index.js';
import type { Plan } from '../../model/plan.js';
import { exitOf, makePlan } from '../../plan/index.js';
import type { StateFolder } from '../../ports/state.js';
import { loadValid } from '../../rules/validate.js';
import type { Approvers } from './approvers.js';
import { readApprovers } from './approvers.js';
import { problemText, tell, usage } from '../io.js';
import { malformedText } from '../reading/malformed.js';
import { readParams } from '../program/params.js';
import { signStatement, type ToSign } from './sign-into.js';
import { version } from '../version.js';
import { writeSigned } from './write-signed.js';

/** What a statement is about. */
export interface Subject {
  readonly loaded: LoadedRunbook;
  readonly plan: Plan;
}
/** Where it is to hold, and who may say so. */
export interface Place {
  readonly state: StateFolder;
  readonly approvers: Approvers;
}

/** The plan of a runbook; or the exit code, once it was said why there is none. */
export async function planToSign(
  runbook: string,
  param: readonly string[],
  command: string,
): Promise<Result<Subject, number>> {
  const params = readParams(param);
  if (!params.ok) return err(await usage(params.error, command));
  const seen: SeenSources = new Map();
  const loaded = await loadValid(projectSources(process.cwd()), runbook, seen, params.value);
  if (!loaded.ok) {
    const words = { result: 'nothing was signed', again: command };
    return err(await tell(malformedText(runbook, { diagnostics: loaded.error, seen }, words), 3));
  }
  const plan = await makePlan(loaded.value, { params: params.value, version });
  if (plan.ok) return ok({ loaded: loaded.value, plan: plan.value });
  return err(await tell(plan.error.map(problemText).join(''), exitOf(plan.error)));
}

/** The state folder and the approvers' file; or the exit code. */
export async function placeToSign(path: string, loaded: LoadedRunbook): Promise<Result<Place, number>> {
  const state = await openState(path);
  if (!state.ok) return err(await tell(problemText(state.error), 4));
  const approvers = await readApprovers(loaded);
  if (!approvers.ok) return err(await tell(problemText(approvers.error), approvers.error.exit));
  return ok({ state: state.value, approvers: approvers.value });
}

/** Signs it and writes both files; the exit code where that can't be, else null. */
export async function signInto(output: string, what: ToSign, { signers }: Approvers): Promise<number | null> {
  const signed = await signStatement(what, { signers, ssh: createSsh(), now: systemClock.now() });
  if (!signed.ok) return tell(problemText(signed.error), signed.error.exit);
  const unwritten = await writeSigned(output, signed.value);
  return unwritten === null ? null : tell(problemText(unwritten), unwritten.exit);
}
