import { basename } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import { createSsh } from '../../adapters/ssh/index.js';
import type {
  CheckedConfirmation,
  GivenApproval,
  GivenApprovals,
  ReadApproval,
} from '../../approve/index.js';
import { approvalMissing, checkApprovals, offer, readApprovals, Window } from '../../approve/index.js';
import type { Refusal } from '../../bind/index.js';
import type { Binding } from '../../model/binding.js';
import type { AdmittedApproval, MalformedApproval, OfferedApproval } from '../../model/approval.js';
import type { Plan } from '../../model/plan.js';
import type { Mode } from '../../model/runbook.js';
import type { RunEntry, StateFolder } from '../../ports/state.js';
import type { Approvers } from './approvers.js';
import { approvedWith, readSigned } from './signed-file.js';

/** More would not be approvals of one runbook. */
const mostApprovals = 16;
/** Two runs that start at once differ by less. */
const clockToleranceMs = 60_000;

/** A file of the bundle's `approvals/`. */
export interface Evidence {
  readonly name: string;
  readonly content: string;
}

/** What authorizes a run, or why nothing does. */
export interface Authorized {
  readonly approvals: readonly AdmittedApproval[];
  /** Null where the runbook needs no approval, or this run none. */
  readonly window: Window | null;
  readonly refusal: Refusal | null;
  /** What was given in vain. */
  readonly offered: readonly OfferedApproval[];
}

/** Reads the files that were given with `--approval`, each with its `.sig` beside it. */
export function readGiven(paths: readonly string[]): GivenApprovals {
  if (paths.length > mostApprovals) return tooMany;
  const given: (GivenApproval | MalformedApproval)[] = [];
  let absent: Refusal | null = null;
  for (const path of paths) {
    const file = basename(path);
    const signed = readSigned(path, 'APPROVAL_MALFORMED', approvedWith);
    given.push(signed.ok ? { file, ...signed.value } : { file, wrong: signed.error.message });
    if (!signed.ok && signed.error.exit === 4) absent ??= signed.error;
  }
  const read = readApprovals(given);
  return absent === null ? read : { ...read, refusal: absent };
}

const tooMany: GivenApprovals = {
  read: [],
  malformed: [],
  refusal: {
    code: 'APPROVAL_MALFORMED',
    exit: 3,
    message: `more than ${mostApprovals} approvals are given`,
    next: 'give one approval for each slot of the runbook',
  },
};

/** What goes into the bundle beside the run: the approvals byte for byte, and who could give them. */
export function evidenceOf(
  read: readonly ReadApproval[],
  attested: readonly CheckedConfirmation[],
  approvers: Approvers | null,
): readonly Evidence[] {
  const named = read.map(({ approval, text, signature }, index) => {
    const earlier = read.slice(0, index).filter((one) => one.approval.slot === approval.slot).length;
    const name = `${approval.slot}${earlier === 0 ? '' : `-${earlier + 1}`}.json`;
    return { name, text, signature };
  });
  const confirmations = attested.map((one) => ({ ...one, name: `${one.command}.attestation.json` }));
  return [
    ...[...named, ...confirmations].flatMap(({ name, text, signature }) => [
      { name, content: text },
      { name: `${name}.sig`, content: signature },
    ]),
    ...(approvers === null ? [] : [{ name: 'allowed_signers', content: approvers.text }]),
  ];
}

/** Whether these approvals authorize this plan, as it is bound here and now. A rehearsal needs none. */
export async function authorize(options: {
  readonly plan: Plan;
  /** Its file, as a person would type it here. */
  readonly runbook: string;
  readonly mode: Mode;
  readonly binding: Binding;
  readonly read: readonly ReadApproval[];
  readonly approvers: Approvers | null;
  readonly state: StateFolder;
  readonly runs: readonly RunEntry[];
}): Promise<Authorized> {
  const { plan, mode, binding, read, approvers, state } = options;
  const refused = (refusal: Refusal, offered: readonly OfferedApproval[] = read.map(offer)): Authorized => ({
    ...{ approvals: [], window: null, refusal, offered },
  });
  const slots = 'slots' in plan.authorization ? plan.authorization.slots : [];
  if (mode === 'rehearsal' || (slots.length === 0 && read.length === 0))
    return { approvals: [], window: null, refusal: null, offered: [] };
  if (read.length === 0) return refused(approvalMissing(slots, options.runbook));
  const now = systemClock.now();
  const back = clockSetBack(options.runs, now);
  if (back !== null) return refused(back);
  const checked = await checkApprovals(read, {
    plan,
    runbook: options.runbook,
    // An approval is for a live run; what a dry run may look at, it may look at with the same.
    binding: { ...binding, mode: 'live' },
    signers: approvers?.signers ?? [],
    ssh: createSsh(),
    ledger: state.approvals,
    now,
  });
  if (!checked.ok) return refused(checked.error, checked.error.offered);
  const window = new Window(checked.value, state.approvals, systemClock);
  return { approvals: checked.value, window, refusal: null, offered: [] };
}

/** A clock that is behind an earlier run would let an expired approval through. */
function clockSetBack(runs: readonly RunEntry[], now: string): Refusal | null {
  const latest = runs.at(-1);
  if (latest === undefined || Date.parse(latest.startedAt) - Date.parse(now) <= clockToleranceMs) return null;
  return {
    code: 'CLOCK_SET_BACK',
    exit: 6,
    message: `the clock says ${now}, and run ${latest.id} of this state folder began at ${latest.startedAt}`,
    next: 'set the clock of this machine right; if it was wrong when that run began, ask and run with another state folder (--state)',
  };
}
