import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Containment } from '../../adapters/process/containment.js';
import type { SealingKey } from '../../bundle/attestation.js';
import type { Ended } from '../../execute/run.js';
import { mayHaveSessions } from '../../execute/teardown.js';
import type { Cause } from '../../model/event.js';
import { rehearsalWords } from '../../model/outline.js';
import { exitOf } from '../../plan/index.js';
import type { Report } from '../../report/index.js';
import { verdictSource } from '../../report/index.js';
import type { Problem } from '../../text/problem.js';
import { renderJson } from '../../text/render/json.js';
import { createUi } from '../../ui/index.js';
import type { Summary, UiKind } from '../../ui/index.js';
import { contained } from './contained.js';
import { afterCompensation } from '../controls/controls.js';
import { problemText, say, tell, usage } from '../io.js';
import { refusalDocument } from '../refusal-document.js';
import { malformedText } from '../reading/malformed.js';
import { readParams } from '../program/params.js';
import { redactingUi } from './redacting-ui.js';
import { runRunbook } from './run.js';
import type { RunResult } from './run.js';
import { configuredKey, reportPath, seal, setAside } from '../evidence/seal.js';
import { inState, shown, word } from '../shown.js';
import type { Stopper } from './stopper.js';

export interface RunCommandOptions {
  readonly param: readonly string[];
  readonly dryRun: boolean;
  readonly embedded: boolean;
  readonly runId?: string;
  readonly json: boolean;
  readonly approval: readonly string[];
  readonly attest: readonly string[];
  readonly state: string;
  readonly reports: string;
}

/** `gatebook run`: in a PID namespace where the machine gives one, so that nothing outlives the runner. */
export function runCommand(runbook: string, options: RunCommandOptions): Promise<number> {
  return contained((containment, stopper) => carryOut(runbook, options, containment, stopper));
}

async function carryOut(
  runbook: string,
  options: RunCommandOptions,
  containment: Containment,
  stopper: Stopper,
): Promise<number> {
  const params = readParams(options.param);
  if (!params.ok) return usage(params.error, 'run');
  const key = configuredKey();
  if (!key.ok) return tell(problemText(key.error), 4);
  const ui = await createUi(uiKind(), process.stderr, { color: process.env['NO_COLOR'] === undefined });
  const result = await runRunbook({ runbook, params: params.value, containment, ...options }, ui, stopper);
  switch (result.kind) {
    case 'malformed':
      if (options.json) await say(process.stdout, renderJson(result.diagnostics, [...result.seen.keys()]));
      return tell(malformedText(runbook, result, { result: 'nothing was executed', again: 'run' }), 3);
    case 'unplannable':
      return refused(result.problems, exitOf(result.problems), options);
    case 'refused':
      return refused([result.problem], result.exitCode, options);
    case 'ended':
      return sealed(result, key.value, options, ui);
  }
}

/** A refusal before there is a bundle has no report; `--json` still gets its one document. */
async function refused(
  problems: readonly Problem[],
  exitCode: number,
  { json }: RunCommandOptions,
): Promise<number> {
  if (json) await say(process.stdout, refusalDocument(problems, exitCode));
  return tell(problems.map(problemText).join(''), exitCode);
}

/** The code that was recorded is the code of the process: nothing after the end of a run changes it but a broken seal. */
async function sealed(
  { ended, execution, folder, rehearsal, claimed }: Extract<RunResult, { kind: 'ended' }>,
  key: SealingKey | null,
  { json, state }: RunCommandOptions,
  ui: Awaited<ReturnType<typeof createUi>>,
): Promise<number> {
  const { id } = execution.facts;
  const redacting = redactingUi(ui, execution.world.redact);
  const compensated = await afterCompensation(id, execution.recorder.state.compensation, folder);
  const again = `gatebook teardown ${id}${inState(state)}`;
  const made = ended.complete ? await seal(execution.facts.bundle, key) : null;
  if (made?.ok !== true) {
    await redacting.finish({ ...unsealed(ended), next: compensated });
    const why = made === null ? 'the journal could not be written to its end' : made.error.message;
    return tell(`gatebook: the bundle is not sealed: ${why}\nnext     ${again}    once that is mended\n`, 5);
  }
  const { report } = made.value;
  const aside = execution.recorder.state.leaks > 0 ? await setAside(execution.facts.bundle) : null;
  const bundle = aside?.ok === true ? aside.value : execution.facts.bundle;
  await redacting.finish({
    verdict: ended.verdict,
    exitCode: ended.exitCode,
    cause: ended.cause,
    notHeld: notHeld(report),
    source: sourceOf(report),
    teardown: report.teardown.status,
    rehearsal: rehearsal ? rehearsalWords(execution.plan.commands) : null,
    report: shown(reportPath(bundle)),
    next: [
      ...(aside?.ok === true
        ? ['read its report: the bundle was set aside, closed to others, since a secret may be in it']
        : []),
      ...(hasPackage(report) ? ['do what the operator package of the report says'] : []),
      ...compensated,
      ...nextSteps(ended, mayHaveSessions(execution.recorder.state), {
        run: `${id}${inState(state)}`,
        bundle: word(shown(bundle)),
      }),
    ],
  });
  const undone = aside?.ok === false ? aside.error : claimed;
  if (undone !== null)
    await say(process.stderr, problemText({ ...undone, next: `${again}    once that is mended` }));
  if (json) await say(process.stdout, await readFile(join(bundle, 'report.json'), 'utf8'));
  return ended.exitCode;
}

/** Whatever its verdict is to be: nobody may take it for evidence before it is sealed. */
const unsealed = ({ cause }: Ended): Omit<Summary, 'next'> => ({
  ...{ verdict: 'UNFINISHED', exitCode: 5, teardown: null, notHeld: [], source: null },
  ...{ rehearsal: null, report: null },
  cause: cause && omitNext(cause),
});

/** It is for who runs again, and this run is to be finished first. */
const omitNext = ({ next: _, ...cause }: Cause): Cause => cause;

const stoppedNothing: ReadonlySet<string> = new Set(['failed', 'error', 'recorded']);

/** Of several gates the last lines would name none, and what each saw stands far above. */
const notHeld = ({ cause, gates }: Report): readonly string[] =>
  cause !== null ? [] : gates.filter(({ state }) => stoppedNothing.has(state)).map(({ id }) => id);

/** Less was done than was wanted, and the runbook says what a person has to bring. */
const hasPackage = ({ verdict, operator_package: steps }: Report): boolean =>
  verdict === 'PARTIAL' && steps !== null;

/** Gates that were recorded are named. */
function sourceOf(report: Report): Summary['source'] {
  const source = verdictSource(report);
  return source === 'recorded' || notHeld(report).length > 0 ? null : source;
}

function nextSteps(
  { exitCode, verdict, cause }: Ended,
  sessions: boolean,
  { run, bundle }: { readonly run: string; readonly bundle: string },
): readonly string[] {
  if (exitCode === 5) return [`gatebook teardown ${run}    finishes what is left`];
  if (sessions) return [`gatebook teardown ${run}    looks for its sessions once the server answers`];
  if (exitCode === 0 || exitCode === 7 || cause === null) return [`gatebook verify ${bundle}`];
  if (cause.next !== undefined && cause.gate === null) return [];
  if (verdict === 'REFUSED') return [`gatebook explain ${cause.code}`];
  if (cause.gate === null) return [`gatebook verify ${bundle}`];
  return [`gatebook report ${bundle} --gate ${word(cause.gate)}    shows it in full`];
}

function uiKind(): UiKind {
  return process.stderr.isTTY && process.env['CI'] === undefined ? 'terminal' : 'plain';
}
