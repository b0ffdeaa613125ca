import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '../../adapters/host.js';
import { readText } from '../../adapters/read-text.js';
import { createSsh } from '../../adapters/ssh/index.js';
import type { ReadRequest, Signed } from '../../approve/index.js';
import {
  basisOfPlan,
  checkSignature,
  maxStatementBytes,
  printApproval,
  readApproval,
  readRequest,
  readSigners,
} from '../../approve/index.js';
import type { Signer } from '../../approve/index.js';
import { parseDuration } from '../../base/quantity.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { period } from '../../base/words.js';
import type { Refusal } from '../../bind/index.js';
import { fitted, problemText, say, tell } from '../io.js';
import { signStatement } from './sign-into.js';
import { readSigned } from './signed-file.js';
import { shown, word } from '../shown.js';
import { summaryOf } from './request-summary.js';
import { outputTaken, writeSigned } from './write-signed.js';

export interface ApproveOptions {
  readonly slot: string;
  readonly as: string;
  readonly key: string;
  readonly valid?: string;
  readonly output: string;
}

/** A request whose digests were recomputed, whose requester's signature holds, and what it was checked against. */
interface Trusted extends ReadRequest {
  readonly requesterKey: Signer;
  readonly signers: readonly Signer[];
}

/**
 * `gatebook approve`: shows what a request asks for and signs it for one slot. What is signed is recomputed from the
 * request's own plan and binding, on whichever machine.
 */
export async function approveCommand(path: string, options: ApproveOptions): Promise<number> {
  const taken = outputTaken(options.output);
  if (taken !== null) return tell(problemText(taken), taken.exit);
  const now = systemClock.now();
  const signed = readSigned(path, 'REQUEST_MALFORMED', askedWith);
  if (!signed.ok) return tell(problemText(signed.error), signed.error.exit);
  const trusted = await trust(basename(path), signed.value, now);
  if (!trusted.ok) return tell(problemText(trusted.error), trusted.error.exit);
  const validMs = validFor(trusted.value, options);
  if (!validMs.ok) return tell(problemText(validMs.error), validMs.error.exit);
  for (const row of summaryOf(trusted.value))
    await say(process.stderr, `${fitted(process.stderr, row, 9)}\n`);
  return sign(trusted.value, options, now, validMs.value);
}

const askedWith = 'give the FILE that gatebook request wrote, with FILE.sig beside it';

async function trust(file: string, signed: Signed, now: string): Promise<Result<Trusted, Refusal>> {
  const read = readRequest(signed.text);
  if (!read.ok)
    return refuse(
      'REQUEST_MALFORMED',
      `${file}: ${read.error.message}`,
      'ask for it again: gatebook request',
      3,
    );
  const { request } = read.value;
  const signers = readSigners(request.approvers, `the approvers' file in ${file}`);
  if (!signers.ok) return err({ ...signers.error, exit: 3 });
  const circumstances = { signers: signers.value, ssh: createSsh(), now };
  const requesterKey = await checkSignature(signed, 'request', request.requester, circumstances);
  if (!requesterKey.ok)
    return err({ ...requesterKey.error, message: `${file}: ${requesterKey.error.message}` });
  return ok({ ...read.value, requesterKey: requesterKey.value, signers: signers.value });
}

const refuse = (
  code: string,
  message: string,
  next?: string,
  exit: Refusal['exit'] = 6,
): Result<never, Refusal> => err({ code, exit, message, ...(next !== undefined && { next }) });

/** What can be told from the request alone; everything is checked again where it is used. */
function validFor({ plan, request }: Trusted, { slot, as, valid }: ApproveOptions): Result<number, Refusal> {
  const { authorization } = plan;
  const slots = 'slots' in authorization ? authorization.slots : [];
  if (!('slots' in authorization) || !slots.includes(slot))
    return refuse(
      'APPROVAL_SLOT',
      `${request.runbook} declares no slot ${slot}`,
      `one of: ${slots.join(', ')}`,
    );
  if (as === request.requester)
    return refuse('APPROVAL_BY_REQUESTER', `${as} asked for it, and can't approve it as well`);
  const longestMs = authorization.validForMs;
  const validMs = valid === undefined ? longestMs : parseDuration(valid);
  if (validMs === null || validMs <= 0)
    return refuse(
      'USAGE',
      '--valid takes a whole number and s, m, h or d (24h)',
      'gatebook approve --help',
      2,
    );
  if (validMs > longestMs)
    return refuse(
      'APPROVAL_TOO_LONG',
      `${request.runbook} lets an approval be valid for ${period(longestMs)} at most`,
    );
  return ok(validMs);
}

async function sign(
  { plan, request, requesterKey, signers }: Trusted,
  { slot, as, key, output }: ApproveOptions,
  now: string,
  validMs: number,
): Promise<number> {
  const expires = new Date(Date.parse(now) + validMs).toISOString();
  const { runbook, plan_digest, binding_digest, requester, state, binding } = request;
  const text = printApproval({
    ...{ runbook, plan_digest, binding_digest, requester, state, binding },
    requester_key: requesterKey.key,
    ...{ slot, principal: as, not_before: now, expires },
    nonce: randomBytes(16).toString('hex'),
    plan: basisOfPlan(plan),
  });
  const trust = { signers, ssh: createSsh(), now };
  const signed = await signStatement({ kind: 'approval', principal: as, key, text }, trust);
  if (!signed.ok) return tell(problemText(signed.error), signed.error.exit);
  if (signed.value.signer.key === requesterKey.key) {
    const message = `${key} is the key that ${requester} asked with`;
    return tell(problemText({ code: 'APPROVAL_BY_REQUESTER', message, next: 'each person needs a key' }), 6);
  }
  const unwritten = await writeSigned(output, signed.value);
  if (unwritten !== null) return tell(problemText(unwritten), unwritten.exit);
  const slots = 'slots' in plan.authorization ? plan.authorization.slots : [];
  // Where the others lie isn't known, but for one of this request beside this one that bears its slot's name.
  const fileOf = (each: string): string => {
    if (each === slot) return shown(output);
    const beside = join(dirname(output), `${each}.json`);
    const other = readApproval(readText(beside, maxStatementBytes) ?? '');
    return other.ok && other.value.binding_digest === binding_digest ? shown(beside) : `FILE_OF_${each}`;
  };
  const approvals = slots.map((each) => ` --approval ${word(fileOf(each))}`).join('');
  const attested = Object.keys(request.binding.attestations).map((command) => ` --attest ${command}=FILE`);
  return tell(
    `approved ${slot} by ${as}, valid until ${expires}, for one run\n` +
      `${shown(output)} and ${shown(output)}.sig are written; whoever runs takes both\n` +
      `next     gatebook run ${word(plan.runbook.path)}${approvals}${attested.join('')}\n${withParams(plan)}`,
    0,
  );
}

/** Which of them were given and which are defaults the plan doesn't say; their values are shown above. */
const withParams = ({ params }: ReadRequest['plan']): string =>
  Object.keys(params).length === 0 ? '' : '         and each --param that the request was asked with\n';
