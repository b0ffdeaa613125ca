import { basename, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { systemClock } from '../../adapters/host.js';
import { projectSources } from '../../adapters/sources.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { findState } from '../../adapters/state/index.js';
import type { Approval } from '../../approve/index.js';
import { printRevocation, readApproval } from '../../approve/index.js';
import { err } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Refusal } from '../../bind/index.js';
import { loadSettings } from '../../document/index.js';
import type { Approvers } from './approvers.js';
import { readApprovers } from './approvers.js';
import { problemText, tell, usage } from '../io.js';
import { readReason } from '../controls/reason.js';
import { signStatement } from './sign-into.js';
import { approvedWith, readSigned } from './signed-file.js';

export interface RevokeOptions {
  readonly as: string;
  readonly key: string;
  readonly reason?: string;
  readonly state: string;
}

/**
 * `gatebook revoke`: level 1. The approver, or anybody whom the approvers' file allows it, takes an approval back; a
 * run that is under way with it aborts before its next action.
 */
export async function revokeCommand(path: string, options: RevokeOptions): Promise<number> {
  const reason = readReason(options.reason ?? 'not given');
  if (!reason.ok) return usage(reason.error, 'revoke');
  const signed = readSigned(path, 'APPROVAL_MALFORMED', approvedWith);
  if (!signed.ok) return tell(problemText(signed.error), signed.error.exit);
  const approval = readApproval(signed.value.text);
  if (!approval.ok) {
    const message = `${basename(path)}: ${approval.error.message}`;
    return tell(problemText({ code: 'APPROVAL_MALFORMED', message }), 3);
  }
  const state = await findState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  if (state.value === null || approval.value.state !== state.value.id) {
    const message = `${basename(path)} is for another state folder than ${resolve(options.state)}`;
    const next = 'give that one with --state';
    return tell(problemText({ code: 'APPROVAL_OTHER_STATE', message, next }), 6);
  }
  const approvers = await approversOf(approval.value);
  if (!approvers.ok) return tell(problemText(approvers.error), approvers.error.exit);
  const now = systemClock.now();
  const { nonce, slot } = approval.value;
  const text = printRevocation({
    ...{ nonce, slot, principal: options.as, approver: approval.value.principal, state: state.value.id },
    created: now,
    reason: reason.value,
  });
  const revocation = await signStatement(
    { kind: 'revocation', principal: options.as, key: options.key, text },
    { signers: approvers.value.signers, ssh: createSsh(), now },
  );
  if (!revocation.ok) return tell(problemText(revocation.error), revocation.error.exit);
  const kept = await state.value.approvals.revoke(nonce, text, revocation.value.signature);
  if (!kept.ok) return tell(problemText(kept.error), 4);
  const used = await state.value.approvals.usedBy(nonce);
  const run = used.ok ? used.value : null;
  const effect =
    run === null
      ? 'no run begins with it'
      : `run ${run} has used it, and stops before its next action unless it has ended`;
  return tell(`revoked  the approval of ${slot} by ${approval.value.principal}; ${effect}\n`, 0);
}

/** The file that the run of this approval reads: of the machine, or of the project that was bound. */
async function approversOf({ binding }: Approval): Promise<Result<Approvers, Refusal>> {
  const settings = join(binding.project, 'gatebook.yaml');
  const loaded = existsSync(settings) ? await loadSettings(projectSources(process.cwd()), settings) : null;
  if (loaded === null || !loaded.ok)
    return err({
      code: 'APPROVERS_MISSING',
      exit: 4,
      message: `the project ${binding.project} has no gatebook.yaml that can be read`,
      next: 'revoke it on the machine that runs',
    });
  return readApprovers(loaded.value);
}
