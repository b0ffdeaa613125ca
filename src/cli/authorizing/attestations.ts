import { basename } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import { createSsh } from '../../adapters/ssh/index.js';
import type { CheckedAttestation, GivenAttestation } from '../../approve/index.js';
import { checkAttestations } from '../../approve/index.js';
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

/** Reads what `--attest C-07=FILE` names, and holds it against the plan. */
export async function readAttestations(
  options: readonly string[],
  {
    plan,
    state,
    approvers,
  }: { readonly plan: Plan; readonly state: StateFolder; readonly approvers: Approvers | null },
): Promise<Result<readonly CheckedAttestation[], Refusal>> {
  const given: GivenAttestation[] = [];
  for (const option of options) {
    const [command = '', ...rest] = option.split('=');
    const path = rest.join('=');
    const signed = readSigned(path);
    if (!signed.ok)
      return err({
        code: 'ATTESTATION_MALFORMED',
        exit: 3,
        message: `the attestation of ${command}: ${signed.error}`,
        next: 'give FILE and FILE.sig as gatebook attest wrote them',
      });
    given.push({ command, file: `the attestation ${basename(path)}`, ...signed.value });
  }
  if (given.length === 0) return ok([]);
  const trust = { signers: approvers?.signers ?? [], ssh: createSsh(), now: systemClock.now() };
  return checkAttestations(given, { plan, state, trust });
}

/** What was attested needs nobody at the terminal. */
export function confirmWith(attestations: readonly CheckedAttestation[]): World['confirm'] {
  return (instructions, word, command) => {
    const found = attestations.find((one) => one.command === command)?.attestation;
    if (found === undefined) return askPerson(instructions, word);
    return Promise.resolve(ok(`attested by ${found.principal}, ${found.created}: ${found.text}`));
  };
}

/** By command, as the binding holds them. */
export const digestsOf = (attestations: readonly CheckedAttestation[]): Binding['attestations'] =>
  Object.fromEntries(attestations.map(({ command, sha256 }) => [command, sha256]));
