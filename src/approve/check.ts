import { sha256Of } from '../base/sha256.js';
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { word } from '../base/shell-word.js';
import { period, listed } from '../base/words.js';
import { bindingDigest } from '../bind/index.js';
import type { Refusal } from '../bind/index.js';
import type { Binding } from '../model/binding.js';
import type { AdmittedApproval, OfferedApproval } from '../model/approval.js';
import type { Plan } from '../model/plan.js';
import { planDigest } from '../plan/index.js';
import type { Ssh } from '../ports/ssh.js';
import type { ApprovalLedger } from '../ports/state.js';
import { bindingDifferences, inOneSentence, planDifferences } from './differences.js';
import type { ReadApproval } from './given.js';
import { offer } from './given.js';
import { basisOfPlan } from './request.js';
import type { Signer } from './signers.js';
import { checkSignature } from './trust.js';

/** What the approvals have to fit, here and now. */
export interface Circumstances {
  readonly plan: Plan;
  /** Its file, as a person would type it here. */
  readonly runbook: string;
  /** As a live run would have it, with the requester that the approvals name. */
  readonly binding: Binding;
  readonly signers: readonly Signer[];
  readonly ssh: Ssh;
  readonly ledger: ApprovalLedger;
  /** UTC, ISO 8601. */
  readonly now: string;
}

const refusal = (code: string, message: string, next?: string, exit: Refusal['exit'] = 6): Refusal => ({
  code,
  exit,
  message,
  ...(next !== undefined && { next }),
});
const refuse = (...what: Parameters<typeof refusal>): Result<never, Refusal> => err(refusal(...what));
const askFor = (runbook: string): string =>
  `gatebook request ${word(runbook)} --as WHO --key FILE -o request.json`;
const askAgain = (runbook: string): string => `${askFor(runbook)}   asks for another`;
const putBack = 'put back what differs, or ask for others: gatebook request';

/** The first that is wrong, and what was found of each. */
export interface RefusedApprovals extends Refusal {
  readonly offered: readonly OfferedApproval[];
}

/** Each approval by itself, then all of them together. Nothing is used up here. */
export async function checkApprovals(
  read: readonly ReadApproval[],
  here: Circumstances,
): Promise<Result<readonly AdmittedApproval[], RefusedApprovals>> {
  const slots = 'slots' in here.plan.authorization ? here.plan.authorization.slots : [];
  const admitted: AdmittedApproval[] = [];
  const offered: OfferedApproval[] = [];
  let wrong: Refusal | null = null;
  for (const one of read) {
    const checked = await checkOne(one, here, slots);
    if (checked.ok) admitted.push(checked.value);
    else wrong ??= checked.error;
    offered.push({ ...offer(one), checked: true, wrong: checked.ok ? null : checked.error.message });
  }
  wrong ??= checkTogether(admitted, read, here, slots);
  return wrong === null ? ok(admitted) : err({ ...wrong, offered });
}

async function checkOne(
  one: ReadApproval,
  here: Circumstances,
  slots: readonly string[],
): Promise<Result<AdmittedApproval, Refusal>> {
  const { approval, words } = one;
  if (!slots.includes(approval.slot))
    return refuse(
      'APPROVAL_SLOT',
      `${words} is for the slot ${approval.slot}, which the runbook doesn't declare`,
    );
  const signature = await checkSignature(one, 'approval', approval.principal, here);
  if (!signature.ok) {
    return err({ ...signature.error, message: `${words}: ${signature.error.message}` });
  }
  const wrong = checkScope(one, here) ?? checkWindow(one, here) ?? (await checkLedger(one, here));
  if (wrong !== null) return err(wrong);
  const { slot, principal, requester, not_before, expires, nonce } = approval;
  const sha256 = sha256Of(one.text);
  return ok({ slot, principal, requester, key: signature.value.key, not_before, expires, nonce, sha256 });
}

/** Exactly this plan, with this meaning, in this state folder. */
function checkScope(
  { approval, words }: ReadApproval,
  { plan, binding, runbook }: Circumstances,
): Refusal | null {
  if (approval.runbook !== plan.runbook.id)
    return refusal(
      'APPROVAL_OTHER_PLAN',
      `${words} is for the runbook ${approval.runbook}`,
      askAgain(runbook),
    );
  if (approval.state !== binding.state) {
    const next = 'run it where it was asked for, or give that state folder with --state';
    return refusal('APPROVAL_OTHER_STATE', `${words} is for another state folder than this one`, next);
  }
  const found = planDifferences(approval.plan, basisOfPlan(plan));
  if (approval.plan_digest !== planDigest(plan)) {
    const what = found.length > 0 ? inOneSentence(found) : 'another build of the runner reads it otherwise';
    return refusal('APPROVAL_OTHER_PLAN', `${words} is for another plan: ${what}`, putBack);
  }
  // What it says of the plan stands in the evidence, signed; two plans can't be what one person agreed to.
  if (found.length > 0) {
    const what = `the plan that its digest names is not the one that it tells of: ${inOneSentence(found)}`;
    return refusal('APPROVAL_OTHER_PLAN', `${words} contradicts itself: ${what}`, askAgain(runbook));
  }
  if (approval.binding_digest === bindingDigest(binding)) return null;
  const other = inOneSentence(bindingDifferences(approval.binding, binding));
  return refusal('APPROVAL_OTHER_BINDING', `${words} is for other circumstances: ${other}`, putBack);
}

function checkWindow(
  { approval, words }: ReadApproval,
  { plan, now, runbook }: Circumstances,
): Refusal | null {
  const { authorization } = plan;
  const longestMs = 'slots' in authorization ? authorization.validForMs : 0;
  const [from, until, at] = [approval.not_before, approval.expires, now].map((text) => Date.parse(text));
  if (from === undefined || until === undefined || at === undefined || until - from > longestMs)
    return refusal(
      'APPROVAL_TOO_LONG',
      `${words} is valid for longer than the ${period(longestMs)} that the runbook allows`,
    );
  if (at < from) {
    const next = 'wait, or set the clock of this machine right';
    return refusal(
      'APPROVAL_NOT_YET_VALID',
      `${words} is valid from ${approval.not_before}; it is ${now}`,
      next,
    );
  }
  if (at >= until)
    return refusal(
      'APPROVAL_EXPIRED',
      `${words} expired at ${approval.expires}; it is ${now}`,
      askAgain(runbook),
    );
  return null;
}

async function checkLedger(
  { approval, words }: ReadApproval,
  { ledger, runbook }: Circumstances,
): Promise<Refusal | null> {
  const revoked = await ledger.revocation(approval.nonce);
  if (!revoked.ok) return refusal(revoked.error.code, revoked.error.message, undefined, 4);
  if (revoked.value !== null) return refusal('APPROVAL_REVOKED', `${words} was revoked`, askAgain(runbook));
  const used = await ledger.usedBy(approval.nonce);
  if (!used.ok) return refusal(used.error.code, used.error.message, undefined, 4);
  if (used.value === null) return null;
  return refusal(
    'APPROVAL_USED',
    `${words} was used by run ${used.value}; an approval is for one run`,
    askAgain(runbook),
  );
}

/** Every slot once, each by another person with another key, and none of them who asks. */
function checkTogether(
  admitted: readonly AdmittedApproval[],
  read: readonly ReadApproval[],
  { signers, runbook }: Circumstances,
  slots: readonly string[],
): Refusal | null {
  const asked = read[0]?.approval;
  for (const { slot, principal, key } of admitted) {
    if (principal === asked?.requester)
      return refusal('APPROVAL_BY_REQUESTER', `${slot} is filled by ${principal}, who asked`);
    const requesters = signers.filter((signer) => signer.principal === asked?.requester);
    if (key === asked?.requester_key || requesters.some((signer) => signer.key === key))
      return refusal(
        'APPROVAL_BY_REQUESTER',
        `${slot} is signed with the key of ${asked?.requester ?? ''}, who asked`,
      );
  }
  const twice = (of: (one: AdmittedApproval) => string): readonly AdmittedApproval[] =>
    admitted.filter((one) => admitted.filter((other) => of(other) === of(one)).length > 1);
  const [doubled] = twice((one) => one.slot);
  if (doubled !== undefined)
    return refusal('APPROVAL_SLOT', `the slot ${doubled.slot} is filled twice`, 'give one approval a slot');
  const people = twice((one) => one.principal);
  if (people.length > 0)
    return refusal(
      'APPROVAL_SAME_PERSON',
      `${listed(people.map((one) => one.slot))} are filled by ${people[0]?.principal ?? ''} alone; each slot takes another person`,
    );
  const keys = twice((one) => one.key);
  if (keys.length > 0)
    return refusal(
      'APPROVAL_SAME_KEY',
      `one key signed for ${listed(keys.map((one) => `${one.principal} (${one.slot})`))}; each slot takes another`,
    );
  const empty = slots.filter((slot) => !admitted.some((one) => one.slot === slot));
  return empty.length === 0 ? null : approvalMissing(empty, runbook);
}

export const approvalMissing = (slots: readonly string[], runbook: string): Refusal =>
  refusal(
    'APPROVAL_MISSING',
    `a live run needs an approval of ${listed(slots)}`,
    `${askFor(runbook)}   asks for it; run takes --approval FILE for each`,
  );
