import { sha256Of } from '../base/sha256.js';
import type { Sha256 } from '../base/ids.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Refusal } from '../bind/index.js';
import type { Plan } from '../model/plan.js';
import { planDigest } from '../plan/index.js';
import type { StateFolder } from '../ports/state.js';
import type { Problem } from '../text/problem.js';
import { forms, instantOf, printStatement, readStatement, textOf } from './statement.js';
import type { Signed } from './statement.js';
import type { Trust } from './trust.js';
import { checkSignature } from './trust.js';

/**
 * A person says that they did what a `manual` action asks for: for one plan, in one state folder, for one run. Signed
 * under the name `attestation`, which it keeps there and in the binding; in the code that is what seals a bundle.
 */
export interface Confirmation {
  readonly plan_digest: string;
  readonly command: string;
  readonly principal: string;
  /** What was done, in the person's own words. */
  readonly text: string;
  readonly created: string;
  readonly nonce: string;
  readonly state: string;
}

export const printConfirmation = (confirmation: Confirmation): string =>
  printStatement({ ...confirmation, type: 'gatebook/attestation@1' });

/** Problem: STATEMENT_MALFORMED. */
const readConfirmation = (text: string): Result<Confirmation, Problem> =>
  readStatement(text, 'attestation', (fields) => ({
    plan_digest: textOf(fields, 'plan_digest', forms.digest),
    command: textOf(fields, 'command', forms.command),
    principal: textOf(fields, 'principal', forms.principal),
    text: textOf(fields, 'text', forms.anything),
    created: instantOf(fields, 'created'),
    nonce: textOf(fields, 'nonce', forms.nonce),
    state: textOf(fields, 'state', forms.state),
  }));

/** One as it was given: `--attest C-07=FILE`. */
export interface GivenConfirmation extends Signed {
  readonly command: string;
  readonly file: string;
}
export interface CheckedConfirmation extends GivenConfirmation {
  readonly confirmation: Confirmation;
  readonly sha256: Sha256;
}

/** The commands of a plan that a person carries out. */
export const manualCommands = (plan: Plan): readonly string[] =>
  [...plan.commands, ...plan.teardown]
    .filter((command) => command.actions.some(({ kind }) => kind === 'manual'))
    .map(({ id }) => id);

/** What confirmations have to fit. */
interface Circumstances {
  readonly plan: Plan;
  readonly state: Pick<StateFolder, 'id' | 'approvals'>;
  readonly trust: Trust;
}

/** Each signed by somebody of the approvers' file, for this plan and this command, here, and not used by a run yet. */
export async function checkConfirmations(
  given: readonly GivenConfirmation[],
  { plan, state, trust }: Circumstances,
): Promise<Result<readonly CheckedConfirmation[], Refusal>> {
  const checked: CheckedConfirmation[] = [];
  for (const one of given) {
    const read = readConfirmation(one.text);
    if (!read.ok) return refuse('ATTESTATION_MALFORMED', `${one.file}: ${read.error.message}`, 3);
    const misfit = misfits(read.value, one, plan, state.id);
    if (misfit !== null) return refuse('ATTESTATION_OTHER', `${one.file} ${misfit}`);
    const signer = await checkSignature(one, 'attestation', read.value.principal, trust);
    if (!signer.ok)
      return err({ next: attestAgain, ...signer.error, message: `${one.file}: ${signer.error.message}` });
    const used = await state.approvals.usedBy(read.value.nonce);
    if (!used.ok) return err({ ...used.error, exit: 4 });
    if (used.value !== null)
      return refuse('APPROVAL_USED', `${one.file} was used by run ${used.value}; it is for one run`);
    const sha256 = sha256Of(one.text);
    checked.push({ ...one, confirmation: read.value, sha256 });
  }
  return ok(checked);
}

function misfits(
  confirmation: Confirmation,
  given: GivenConfirmation,
  plan: Plan,
  state: string,
): string | null {
  if (confirmation.command !== given.command) return `confirms ${confirmation.command}, not ${given.command}`;
  if (!manualCommands(plan).includes(given.command))
    return `confirms ${given.command}, where no person has anything to do`;
  if (confirmation.plan_digest !== planDigest(plan)) return 'is for another plan';
  return confirmation.state === state ? null : 'is for another state folder';
}

const attestAgain = 'attest again: gatebook attest';
const refuse = (code: string, message: string, exit: Refusal['exit'] = 6): Result<never, Refusal> =>
  err({ code, exit, message, next: attestAgain });
