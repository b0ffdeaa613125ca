import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Containment } from '../adapters/process/containment.js';
import type { SealingKey } from '../bundle/attestation.js';
import { renderDiagnostics } from '../text/render/text.js';
import { createUi } from '../ui/index.js';
import type { UiKind } from '../ui/index.js';
import { contained } from './contained.js';
import { problemText, say } from './io.js';
import { runRunbook, shown } from './run.js';
import type { RunResult } from './run.js';
import { configuredKey, reportPath, seal, setAside } from './seal.js';
import type { Stopper } from './stopper.js';

export interface RunCommandOptions {
  readonly param: readonly string[];
  readonly dryRun: boolean;
  readonly embedded: boolean;
  readonly runId?: string;
  readonly json: boolean;
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
  if (typeof params === 'string') return usage(params);
  const key = configuredKey();
  if (!key.ok) return tell(problemText(key.error), 4);
  const ui = await createUi(uiKind(), process.stderr, { color: process.env['NO_COLOR'] === undefined });
  const result = await runRunbook({ runbook, params, containment, ...options }, ui, stopper);
  switch (result.kind) {
    case 'malformed':
      return tell(
        `${renderDiagnostics(result.diagnostics, result.seen)}gatebook: ${runbook} is malformed; nothing was executed\n`,
        3,
      );
    case 'unplannable': {
      const exitCode = result.problems.some((problem) => problem.exit === 3) ? 3 : 2;
      return tell(result.problems.map(problemText).join(''), exitCode);
    }
    case 'refused':
      return tell(problemText(result.problem), result.exitCode);
    case 'ended':
      return sealed(result, key.value, options.json, ui);
  }
}

/** The code that was recorded is the code of the process: nothing after the end of a run changes it but a broken seal. */
async function sealed(
  { ended, execution, rehearsal }: Extract<RunResult, { kind: 'ended' }>,
  key: SealingKey | null,
  json: boolean,
  ui: Awaited<ReturnType<typeof createUi>>,
): Promise<number> {
  const { id } = execution.facts;
  const made = ended.complete ? await seal(execution.facts.bundle, key) : null;
  const leaked = made?.ok === true && execution.recorder.state.leaks > 0;
  const bundle = leaked ? await setAside(execution.facts.bundle) : execution.facts.bundle;
  const report = made?.ok === true ? shown(reportPath(bundle)) : null;
  await ui.finish({
    verdict: ended.verdict,
    exitCode: ended.exitCode,
    cause: ended.cause,
    teardown: made?.ok === true ? made.value.report.teardown.status : 'incomplete',
    rehearsal,
    report,
    next: nextSteps(ended.exitCode, id, shown(bundle), ended.cause?.next),
  });
  if (made === null || !made.ok) {
    const why = made === null ? 'the journal could not be written to its end' : made.error.message;
    return tell(`gatebook: the bundle is not sealed: ${why}\nnext     gatebook teardown ${id}\n`, 5);
  }
  if (json) await say(process.stdout, await readFile(join(bundle, 'report.json'), 'utf8'));
  return ended.exitCode;
}

function nextSteps(
  exitCode: number,
  id: string,
  bundle: string,
  next: string | undefined,
): readonly string[] {
  if (exitCode === 5) return [`gatebook teardown ${id}    finishes what is left`];
  if (exitCode !== 0 && exitCode !== 7 && next !== undefined) return [];
  return [`gatebook verify ${bundle}`];
}

function readParams(given: readonly string[]): Record<string, string> | string {
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) return `--param takes name=value, not ${JSON.stringify(text)}`;
    const name = text.slice(0, at);
    if (name in params) return `--param ${name} is given twice`;
    params[name] = text.slice(at + 1);
  }
  return params;
}

function uiKind(): UiKind {
  return process.stderr.isTTY && process.env['CI'] === undefined ? 'terminal' : 'plain';
}

const usage = (message: string): Promise<number> =>
  tell(`gatebook: ${message}\nnext     gatebook run --help\n`, 2);

async function tell(text: string, exitCode: number): Promise<number> {
  await say(process.stderr, text);
  return exitCode;
}
