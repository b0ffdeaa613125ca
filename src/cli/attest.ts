import { randomBytes } from 'node:crypto';
import { systemClock } from '../adapters/host.js';
import { projectSources } from '../adapters/sources.js';
import { createSsh } from '../adapters/ssh/index.js';
import { openState } from '../adapters/state/index.js';
import { manualCommands, printAttested } from '../approve/index.js';
import { listed } from '../base/words.js';
import type { SeenSources } from '../document/index.js';
import { buildPlan, planDigest } from '../plan/index.js';
import { loadValid } from '../rules/validate.js';
import { renderDiagnostics } from '../text/render/text.js';
import { readApprovers } from './approvers.js';
import { problemText, say, usage } from './io.js';
import { readParams } from './params.js';
import { readReason } from './reason.js';
import { shown } from './shown.js';
import { signStatement, writeSigned } from './sign-into.js';
import { version } from './version.js';

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
  const params = readParams(options.param);
  if (typeof params === 'string') return usage(params, 'attest');
  const text = readReason(options.text);
  if (!text.ok) return usage(text.error.replace('--reason', '--text'), 'attest');
  const seen: SeenSources = new Map();
  const loaded = await loadValid(projectSources(process.cwd()), runbook, seen);
  if (!loaded.ok) return tell(renderDiagnostics(loaded.error, seen), 3);
  const plan = buildPlan(loaded.value, { params, version });
  if (!plan.ok)
    return tell(plan.error.map(problemText).join(''), plan.error.some(({ exit }) => exit === 3) ? 3 : 2);
  const manual = manualCommands(plan.value);
  if (!manual.includes(command))
    return usage(
      `${command} has nothing that a person does${manual.length === 0 ? '' : `; one of: ${listed(manual)}`}`,
      'attest',
    );
  const state = await openState(options.state);
  if (!state.ok) return tell(problemText(state.error), 4);
  const approvers = await readApprovers(loaded.value);
  if (!approvers.ok) return tell(problemText(approvers.error), approvers.error.exit);
  const now = systemClock.now();
  const statement = printAttested({
    plan_digest: planDigest(plan.value),
    ...{ command, principal: options.as, text: text.value, created: now, state: state.value.id },
    nonce: randomBytes(16).toString('hex'),
  });
  const trust = { signers: approvers.value.signers, ssh: createSsh(), now };
  const what = { kind: 'attestation', principal: options.as, key: options.key, text: statement } as const;
  const signed = await signStatement(what, trust);
  if (!signed.ok) return tell(problemText(signed.error), signed.error.exit);
  const unwritten = await writeSigned(options.output, signed.value);
  if (unwritten !== null) return tell(problemText(unwritten), unwritten.exit);
  const file = shown(options.output);
  return tell(
    `${file} and ${file}.sig are written\nnext     give it to request and to run: --attest ${command}=${file}\n`,
    0,
  );
}

async function tell(text: string, exitCode: number): Promise<number> {
  await say(process.stderr, text);
  return exitCode;
}
