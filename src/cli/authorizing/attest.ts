import { randomBytes } from 'node:crypto';
import { systemClock } from '../../adapters/host.js';
import { manualCommands, printConfirmation } from '../../approve/index.js';
import { listed } from '../../base/words.js';
import { planDigest } from '../../plan/index.js';
import { problemText, tell, usage } from '../io.js';
import { readReason } from '../controls/reason.js';
import { shown, word } from '../shown.js';
import { placeToSign, planToSign, signInto } from './to-sign.js';
import { outputTaken } from './write-signed.js';

export interface AttestOptions {
  readonly as: string;
  readonly key: string;
  readonly text: string;
  readonly output: string;
  readonly param: readonly string[];
  readonly state: string;
}

/** `gatebook attest`: a person who did what a `manual` action asks for says so, for a run without a terminal. */
export async function attestCommand(
  runbook: string,
  command: string,
  options: AttestOptions,
): Promise<number> {
  const text = readReason(options.text, '--text');
  if (!text.ok) return usage(text.error, 'attest');
  const taken = outputTaken(options.output);
  if (taken !== null) return tell(problemText(taken), taken.exit);
  const subject = await planToSign(runbook, options.param, 'attest');
  if (!subject.ok) return subject.error;
  const { loaded, plan } = subject.value;
  const manual = manualCommands(plan);
  if (!manual.includes(command))
    return usage(
      `${command} is no command in which a person does something${manual.length === 0 ? '' : `; one of: ${listed(manual)}`}`,
      'attest',
    );
  const place = await placeToSign(options.state, loaded);
  if (!place.ok) return place.error;
  const { state, approvers } = place.value;
  const statement = printConfirmation({
    plan_digest: planDigest(plan),
    ...{ command, principal: options.as, text: text.value, created: systemClock.now(), state: state.id },
    nonce: randomBytes(16).toString('hex'),
  });
  const what = { kind: 'attestation', principal: options.as, key: options.key, text: statement } as const;
  const failed = await signInto(options.output, what, approvers);
  if (failed !== null) return failed;
  const file = shown(options.output);
  return tell(
    `${file} and ${file}.sig are written\nnext     give it to request and to run: --attest ${command}=${word(file)}\n`,
    0,
  );
}
