import { basename } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import { createSsh } from '../../adapters/ssh/index.js';
import type { CheckedConfirmation, GivenConfirmation } from '../../approve/index.js';
import { checkConfirmations } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Refusal } from '../../bind/index.js';
import type { World } from '../../execute/context.js';
import type { Binding } from '../../model/binding.js';
import type { Plan } from '../../model/plan.js';
import type { StateFolder } from '../../ports/state.js';
import type { Approvers } from './approvers.js';
import { askPerson } from '../running/confirm.js';
import { readSigned } from './signed-file.js';

const attestedWith = 'give FILE and FILE.sig as gatebook attest wrote them';

/** Reads what `--attest C-07=FILE` names, and holds it against the plan. */
export async function readConfirmations(
  options: readonly string[],
  {
    plan,
    state,
    approvers,
  }: { readonly plan: Plan; readonly state: StateFolder; readonly approvers: Approvers | null },
): Promise<Result<readonly CheckedConfirmation[], Refusal>> {
  const given: GivenConfirmation[] = [];
  for (const option of options) {
    const [command = '', ...rest] = option.split('=');
    const path = rest.join('=');
    const signed = readSigned(path, 'ATTESTATION_MALFORMED', attestedWith);
    if (!signed.ok)
      return err({ ...signed.error, message: `the confirmation of ${command}: ${signed.error.message}` });
    given.push({ command, file: `the confirmation ${basename(path)}`, ...signed.value });
  }
  if (given.length === 0) return ok([]);
  const trust = { signers: approvers?.signers ?? [], ssh: createSsh(), now: systemClock.now() };
  return checkConfirmations(given, { plan, state, trust });
}

/** What was attested needs nobody at the terminal. */
export function confirmWith(confirmations: readonly CheckedConfirmation[]): World['confirm'] {
  return (instructions, word, { command, signal }) => {
    const found = confirmations.find((one) => one.command === command)?.confirmation;
    if (found === undefined) return askPerson(instructions, word, { signal });
    return Promise.resolve(ok(`attested by ${found.principal}, ${found.created}: ${found.text}`));
  };
}

/** By command, as the binding holds them. */
export const digestsOf = (confirmations: readonly CheckedConfirmation[]): Binding['attestations'] =>
  Object.fromEntries(confirmations.map(({ command, sha256 }) => [command, sha256]));
