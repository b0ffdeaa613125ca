import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import { projectSources } from '../../adapters/sources.js';
import { createSsh } from '../../adapters/ssh/index.js';
import { checkSignature, readEnable } from '../../approve/index.js';
import type { EnableStatement, Signed, Signer } from '../../approve/index.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { loadSettings } from '../../document/index.js';
import type { KillSwitch, RunEntry, StateFolder } from '../../ports/state.js';
import type { Problem } from '../../text/problem.js';
import { readApprovers } from '../authorizing/approvers.js';
import { readRun } from '../finishing/past-run.js';

const settingsFile = 'gatebook.yaml';
const refuse = (code: string, message: string, next?: string): Result<never, Problem> =>
  err({ code, message, ...(next !== undefined && { next }) });

/**
 * Whether this statement releases this kill switch: made for it, and signed by somebody of the approvers' file who
 * neither ran the change nor asked for it.
 */
export async function checkEnable(
  signed: Signed,
  entry: KillSwitch,
  state: StateFolder,
): Promise<Result<null, Problem>> {
  const read = readEnable(signed.text);
  if (!read.ok) return read;
  const misfit = misfits(read.value, entry, state);
  if (misfit !== null) return misfit;
  const found = await state.find(entry.run ?? '');
  if (!found.ok) return found;
  const run = found.value;
  if (run === null) return refuse('RUN_UNKNOWN', `no run ${String(entry.run)} in ${state.path}`);
  const approvers = await approversOf(run);
  if (!approvers.ok) return approvers;
  const { principal, slot } = read.value;
  const trust = { signers: approvers.value.signers, ssh: createSsh(), now: systemClock.now() };
  const signer = await checkSignature(signed, 'enable', principal, trust);
  if (!signer.ok) return signer;
  const party = await partOf(run, signer.value, approvers.value.signers);
  if (party === null) return ok(null);
  return refuse('ENABLE_BY_PARTY', `${principal} ${party}, and can't release it as ${slot}`);
}

function misfits(
  { state: folder, run, slot, engaged_at: engagedAt }: EnableStatement,
  entry: KillSwitch,
  state: StateFolder,
): Result<never, Problem> | null {
  if (folder !== state.id) return refuse('ENABLE_OTHER_RUN', 'the statement is for another state folder');
  if (run !== entry.run || engagedAt !== entry.at)
    return refuse('ENABLE_OTHER_RUN', `the statement is for the kill switch of run ${run}, ${engagedAt}`);
  if (slot === entry.escalate) return null;
  return refuse(
    'ENABLE_SLOT',
    `the statement is for the slot ${slot}; ${String(entry.escalate)} releases this one`,
  );
}

async function approversOf(run: RunEntry): Promise<ReturnType<typeof readApprovers>> {
  const settings = join(run.project, settingsFile);
  const anywhere = existsSync(settings) ? settings : join(run.project, run.path);
  const project = await loadSettings(projectSources(process.cwd()), anywhere);
  if (project.ok) return readApprovers(project.value);
  const [first] = project.error;
  return err({
    code: 'APPROVERS_MISSING',
    exit: 4,
    message: `the project ${run.project} of run ${run.id} can't be read: ${first?.message ?? ''}`,
  });
}

/** How this person or key took part in the change; null where they didn't. A journal that can't be read: unknown. */
async function partOf(
  run: RunEntry,
  { principal, key }: Signer,
  signers: readonly Signer[],
): Promise<string | null> {
  const past = await readRun(run);
  const [planned] = past?.journal.records ?? [];
  if (planned?.type !== 'run_planned') return 'may have run it: its journal cannot be read';
  if (planned.operator === principal) return 'ran it';
  const { approvals } = planned;
  if (approvals.some(({ requester }) => requester === principal)) return 'asked for it';
  // The journal has the keys of who approved; those of who asked are in the approvers' file.
  const keysOf = [
    ...approvals.map((approval) => ({ principal: approval.principal, key: approval.key })),
    ...signers.filter((signer) => approvals.some(({ requester }) => requester === signer.principal)),
  ];
  const other = keysOf.find((one) => one.key === key && one.principal !== principal);
  return other === undefined ? null : `signs with the key of ${other.principal}`;
}
